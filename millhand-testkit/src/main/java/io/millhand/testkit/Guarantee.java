package io.millhand.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/// Says which guarantees of `docs/semantics.md` a test holds the library to. The build fails when a guarantee has no
/// such test, and when a test names a guarantee that does not exist.
///
/// ```java
/// @Test
/// @Guarantee("5.3.1")
/// void killsATaskThatIgnoresInterrupt() { ... }
/// ```
///
/// On a class it speaks for the class as a whole.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Tag("guarantee")
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Guarantee {

    /// The numbers of the guarantees, as string literals.
    ///
    /// @return the numbers, as `"5.3.1"`
    String[] value();
}
