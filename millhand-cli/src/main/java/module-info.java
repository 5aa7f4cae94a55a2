import org.jspecify.annotations.NullMarked;

/// The `millhand` command and its live terminal display.
@NullMarked
module io.millhand.cli {
    requires info.picocli;
    requires io.millhand.process;
    requires java.compiler;
    requires java.logging;
    requires static com.google.errorprone.annotations;
    requires static org.jspecify;

    exports io.millhand.cli;

    opens io.millhand.cli to
            info.picocli;
}
