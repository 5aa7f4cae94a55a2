import org.jspecify.annotations.NullMarked;

/// Tasks, the queue, outcomes, streams, limits and the workers inside this JVM.
@NullMarked
module io.millhand {
    requires static com.google.errorprone.annotations;
    requires static jdk.jfr; // without it nothing can record
    requires static transitive org.jspecify;

    exports io.millhand;
    exports io.millhand.spi;
}
