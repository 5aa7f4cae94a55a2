import org.jspecify.annotations.NullMarked;

/// Virtual time, scripted workers and the contract suite that every kind of worker must pass.
@NullMarked
module io.millhand.testkit {
    requires static com.google.errorprone.annotations;
    requires static org.jspecify;
    requires transitive io.millhand;
    requires transitive org.assertj.core;
    requires transitive org.junit.jupiter.api;

    exports io.millhand.testkit;
}
