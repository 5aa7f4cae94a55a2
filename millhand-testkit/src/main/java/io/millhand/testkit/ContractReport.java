package io.millhand.testkit;

import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.TestWatcher;

/// Skips what a kind of worker excludes, and prints the sums.
final class ContractReport implements ExecutionCondition, BeforeAllCallback, AfterAllCallback, TestWatcher {

    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(ContractReport.class);

    /// What ran so far in one class.
    private static final class Sums {
        private final AtomicInteger passed = new AtomicInteger();
        private final AtomicInteger failed = new AtomicInteger();
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        var reason = context.getTestMethod().map(test -> exclusions(context).get(test.getName()));
        return reason.map(ConditionEvaluationResult::disabled)
                .orElse(ConditionEvaluationResult.enabled("part of the contract"));
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        var unknown = new HashSet<>(exclusions(context).keySet());
        Arrays.stream(context.getRequiredTestClass().getMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .forEach(method -> unknown.remove(method.getName()));
        if (!unknown.isEmpty()) {
            throw new IllegalStateException("excluded, but no test of the contract: " + unknown);
        }
        context.getStore(NAMESPACE).put(Sums.class, new Sums());
    }

    @Override
    public void afterAll(ExtensionContext context) {
        var sums = sums(context);
        var byReason = exclusions(context).entrySet().stream()
                .collect(Collectors.groupingBy(
                        Map.Entry::getValue,
                        LinkedHashMap::new,
                        Collectors.mapping(Map.Entry::getKey, Collectors.joining(", "))));
        var text = new StringBuilder()
                .append("contract, ")
                .append(context.getRequiredTestClass().getSimpleName())
                .append(": ")
                .append(sums.passed.get() + sums.failed.get())
                .append(" ran, ")
                .append(sums.failed)
                .append(" failed, ")
                .append(exclusions(context).size())
                .append(" excluded");
        byReason.forEach((reason, tests) ->
                text.append("\n  excluded because ").append(reason).append(": ").append(tests));
        System.out.println(text);
    }

    @Override
    public void testSuccessful(ExtensionContext context) {
        sums(context).passed.incrementAndGet();
    }

    @Override
    public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
        sums(context).failed.incrementAndGet();
    }

    private static Sums sums(ExtensionContext context) {
        Store store = context.getStore(NAMESPACE);
        return Objects.requireNonNull(store.get(Sums.class, Sums.class), "put there before the first test");
    }

    /// The reasons by test.
    private static Map<String, String> exclusions(ExtensionContext context) {
        var reasons = new LinkedHashMap<String, String>();
        Optional<Class<?>> type = context.getTestClass();
        for (var exclusion : type.orElseThrow().getAnnotationsByType(Excluded.class)) {
            for (var test : exclusion.tests()) {
                reasons.put(test, exclusion.because());
            }
        }
        return reasons;
    }
}
