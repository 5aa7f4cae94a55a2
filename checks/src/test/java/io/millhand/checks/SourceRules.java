package io.millhand.checks;

import com.google.errorprone.annotations.FormatMethod;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// The hard limits of the house style on one source file.
final class SourceRules {

    static final int MAX_FILE_LINES = 600;
    static final int MAX_METHOD_LINES = 60;
    static final int MAX_PARAMETERS = 5;

    private static final Pattern VAGUE_NAME = Pattern.compile("Abstract(\\p{Lu}.*)?|.*(Manager|Helper|Utils?)");
    private static final Pattern SLEEPER = Pattern.compile("(.*\\.)?Thread|(.*\\.)?TimeUnit\\.\\w+");
    /// In a comment, so neither within a string nor behind one that has not ended.
    private static final Pattern LOOSE_END =
            Pattern.compile("(^[^\"]*|[;{},]\\s*)(//|\\*).*\\b(TODO|FIXME)\\b(?!.*#\\d)");

    private final SourceFile source;
    private final List<Violation> violations = new ArrayList<>();

    private SourceRules(SourceFile source) {
        this.source = source;
    }

    static List<Violation> check(SourceFile source) {
        var rules = new SourceRules(source);
        rules.checkLines();
        rules.new Scan().scan(source.unit(), null);
        return rules.violations;
    }

    private void checkLines() {
        var lines = source.text().lines().toList();
        if (lines.size() > MAX_FILE_LINES) {
            add(MAX_FILE_LINES + 1, "a file has at most %d lines, this one has %d", MAX_FILE_LINES, lines.size());
        }
        for (int i = 0; i < lines.size(); i++) {
            if (LOOSE_END.matcher(lines.get(i)).find()) {
                add(
                        i + 1,
                        "a loose end needs an issue number, as #12: %s",
                        lines.get(i).strip());
            }
        }
    }

    @FormatMethod
    private void add(long line, String format, Object... values) {
        violations.add(new Violation(source.path(), line, format.formatted(values)));
    }

    /// Checks what only the tree shows.
    private final class Scan extends TreeScanner<Void, Void> {

        private boolean inRecord;

        @Override
        public Void visitImport(ImportTree tree, Void unused) {
            if (tree.getQualifiedIdentifier().toString().endsWith(".*")) {
                add(source.line(tree), "an import names one type, not %s", tree.getQualifiedIdentifier());
            }
            return super.visitImport(tree, null);
        }

        @Override
        public Void visitClass(ClassTree tree, Void unused) {
            if (VAGUE_NAME.matcher(tree.getSimpleName()).matches()) {
                add(source.line(tree), "a name says what its type is for, %s does not", tree.getSimpleName());
            }
            boolean outer = inRecord;
            inRecord = tree.getKind() == Tree.Kind.RECORD;
            super.visitClass(tree, null);
            inRecord = outer;
            return null;
        }

        @Override
        public Void visitMethod(MethodTree tree, Void unused) {
            var lines = source.lastLine(tree) - source.line(tree) + 1;
            if (lines > MAX_METHOD_LINES) {
                add(
                        source.line(tree),
                        "a method has at most %d lines, %s has %d",
                        MAX_METHOD_LINES,
                        tree.getName(),
                        lines);
            }
            var parameters = tree.getParameters().size();
            // A record is what many parameters become.
            boolean ofRecord = inRecord && tree.getName().contentEquals("<init>");
            if (parameters > MAX_PARAMETERS && !ofRecord) {
                add(
                        source.line(tree),
                        "a method has at most %d parameters, %s has %d",
                        MAX_PARAMETERS,
                        tree.getName(),
                        parameters);
            }
            return super.visitMethod(tree, null);
        }

        @Override
        public Void visitMethodInvocation(MethodInvocationTree tree, Void unused) {
            if (source.isTest()
                    && tree.getMethodSelect() instanceof MemberSelectTree method
                    && method.getIdentifier().contentEquals("sleep")
                    && SLEEPER.matcher(method.getExpression().toString()).matches()) {
                add(source.line(tree), "a test waits for a condition and does not sleep: %s", tree);
            }
            return super.visitMethodInvocation(tree, null);
        }
    }
}
