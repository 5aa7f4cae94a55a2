package io.millhand;

import static org.assertj.core.api.Assertions.assertThat;

import com.netflix.concurrency.limits.limit.AIMDLimit;
import com.netflix.concurrency.limits.limit.Gradient2Limit;
import com.netflix.concurrency.limits.limit.VegasLimit;
import com.netflix.concurrency.limits.limit.WindowedLimit;
import io.millhand.LimitSimulation.Gate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// Netflix's limits in front of the scripted services of core's tests: `bench/limits.sh` writes
/// `docs/limits/rivals.txt`.
///
/// In the package of what it compares with, which is not public.
final class LimitRivalsTest {

    private static final Path REPORT = Path.of("..", "docs", "limits", "rivals.txt");

    /// Names of limits, in the order of the report.
    private static final Map<String, Supplier<Gate>> GATES = new LinkedHashMap<>();

    static {
        GATES.put("adaptive(1, 200)", () -> Gate.of(Limits.adaptive(1, 200)));
        GATES.put("fixed(20)", () -> Gate.of(Limits.fixed(20)));
        GATES.put(
                "Netflix AIMD",
                () -> new RivalGate(
                        AIMDLimit.newBuilder().minLimit(1).maxLimit(200).build()));
        GATES.put(
                "Netflix Vegas",
                () -> new RivalGate(VegasLimit.newBuilder().maxConcurrency(200).build()));
        GATES.put("Netflix Gradient2", () -> new RivalGate(gradient2()));
        GATES.put(
                "Gradient2, windowed",
                () -> new RivalGate(WindowedLimit.newBuilder().build(gradient2())));
    }

    private static Gradient2Limit gradient2() {
        return Gradient2Limit.newBuilder().minLimit(1).maxConcurrency(200).build();
    }

    @Test
    void comparesWithRivalsOnTheSameScripts() throws IOException {
        var report = new StringBuilder("""
                Netflix's concurrency-limits 0.5.4 in front of the scripted services of millhand.txt, written by
                bench/limits.sh. The rivals are told of failures and refusals alike, as drops; their gate leaves the
                service alone for as long as a refusal says, as ours does. Vegas draws lots without a seed, so that its
                figures differ a little from run to run. Least limit 1, first 20 (theirs), greatest 200.
                """);
        for (var script : LimitScript.values()) {
            report.append('\n').append(script.heading());
            GATES.forEach((name, gate) -> report.append(script.row(name, script.run(gate.get(), 0))));
        }
        if (Boolean.getBoolean("millhand.limits.write")) {
            Files.writeString(REPORT, report);
        }
        // Vegas is not the same twice, so figures are not compared.
        assertThat(Files.readString(REPORT).lines().count())
                .as("lines of %s; bench/limits.sh writes it anew", REPORT)
                .isEqualTo(report.toString().lines().count());
    }
}
