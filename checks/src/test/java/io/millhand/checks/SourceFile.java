package io.millhand.checks;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;

/// A Java source as the compiler parses it; nothing in it is resolved.
record SourceFile(Path path, String text, CompilationUnitTree unit, SourcePositions positions) {

    static SourceFile parse(Path path, String text) {
        var source = List.of(new SourceText(path, text));
        var compiler = ToolProvider.getSystemJavaCompiler();
        var task = (JavacTask) compiler.getTask(null, null, null, List.of("-proc:none"), null, source);
        try {
            var unit = task.parse().iterator().next();
            return new SourceFile(path, text, unit, Trees.instance(task).getSourcePositions());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isTest() {
        return path.startsWith("src/test") || path.toString().contains("/src/test/");
    }

    long line(Tree tree) {
        return lineAt(positions.getStartPosition(unit, tree));
    }

    long lastLine(Tree tree) {
        return lineAt(positions.getEndPosition(unit, tree));
    }

    private long lineAt(long position) {
        return unit.getLineMap().getLineNumber(position);
    }
}
