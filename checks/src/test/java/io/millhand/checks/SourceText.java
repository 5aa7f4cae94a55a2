package io.millhand.checks;

import java.net.URI;
import java.nio.file.Path;
import javax.tools.SimpleJavaFileObject;

/// Java source in memory, for the compiler.
final class SourceText extends SimpleJavaFileObject {

    private final String text;

    SourceText(Path path, String text) {
        super(URI.create("text:///" + path.getFileName()), Kind.SOURCE);
        this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
    }
}
