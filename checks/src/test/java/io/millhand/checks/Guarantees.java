package io.millhand.checks;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.NewArrayTree;
import com.sun.source.util.TreeScanner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Matches the guarantees of `docs/semantics.md` with the tests that name them.
final class Guarantees {

    static final Path DOCUMENT = Path.of("docs/semantics.md");

    private static final Pattern GUARANTEE = Pattern.compile("\\*\\*(\\d+(?:\\.\\d+)*)\\*\\*.*");

    private Guarantees() {}

    static List<Violation> check(String semantics, List<SourceFile> sources) {
        var violations = new ArrayList<Violation>();
        var untested = new TreeMap<String, Violation>();
        var known = new TreeMap<String, Integer>();
        var lines = semantics.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            var guarantee = GUARANTEE.matcher(lines.get(i));
            if (guarantee.matches()) {
                var number = guarantee.group(1);
                var earlier = known.putIfAbsent(number, i + 1);
                if (earlier != null) {
                    violations.add(new Violation(DOCUMENT, i + 1L, number + " was given on line " + earlier));
                }
                untested.putIfAbsent(number, new Violation(DOCUMENT, i + 1L, "no test names guarantee " + number));
            }
        }
        for (var source : sources) {
            for (var claim : claims(source)) {
                untested.remove(claim.number());
                if (!known.containsKey(claim.number())) {
                    var message = "%s has no guarantee %s".formatted(DOCUMENT, claim.number());
                    violations.add(new Violation(source.path(), claim.line(), message));
                }
            }
        }
        violations.addAll(untested.values());
        return violations;
    }

    /// A test's word that it holds the library to a guarantee.
    private record Claim(String number, long line) {}

    private static List<Claim> claims(SourceFile source) {
        var claims = new ArrayList<Claim>();
        new TreeScanner<Void, Void>() {
            @Override
            public Void visitAnnotation(AnnotationTree tree, Void unused) {
                var type = tree.getAnnotationType().toString();
                if (type.equals("Guarantee") || type.endsWith(".Guarantee")) {
                    tree.getArguments().stream()
                            .flatMap(Guarantees::numbers)
                            .forEach(number -> claims.add(new Claim(number, source.line(tree))));
                }
                return super.visitAnnotation(tree, null);
            }
        }.scan(source.unit(), null);
        return claims;
    }

    /// What is not a literal is given back as it is written, and so names no guarantee.
    private static Stream<String> numbers(ExpressionTree argument) {
        return switch (argument) {
            case AssignmentTree assignment -> numbers(assignment.getExpression());
            case NewArrayTree array -> array.getInitializers().stream().flatMap(Guarantees::numbers);
            case LiteralTree literal -> Stream.of(literal.getValue().toString());
            default -> Stream.of(argument.toString());
        };
    }
}
