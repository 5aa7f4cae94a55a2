package io.millhand.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Says that a kind of worker cannot pass a test of [WorkerContract], and why. Counted and printed after the run; a
/// name that is no test of the contract fails it.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@Repeatable(Excluded.List.class)
public @interface Excluded {

    /// The names of the test methods.
    ///
    /// @return at least one
    String[] tests();

    /// Why this kind of worker cannot do it.
    ///
    /// @return a phrase
    String because();

    /// Several exclusions.
    @Documented
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.TYPE)
    @interface List {
        /// The exclusions.
        ///
        /// @return at least one
        Excluded[] value();
    }
}
