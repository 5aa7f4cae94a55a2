import org.jspecify.annotations.NullMarked;

/// Workers that are child JVMs: killable, and harmless when they crash.
@NullMarked
module io.millhand.process {
    requires static com.google.errorprone.annotations;
    requires static java.logging; // without it System.Logger prints, which is forwarded, too
    requires static org.jspecify;
    requires java.management;
    requires transitive io.millhand;

    exports io.millhand.process;
}
