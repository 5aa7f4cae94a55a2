package io.millhand.process;

import org.jspecify.annotations.Nullable;

/// What an initializer has made in a child, and how it ends.
///
/// @param value what it answered
/// @param teardown is given the value when the child leaves in good order
record WorkerState(Object value, ChildSetup.@Nullable Teardown<Object> teardown) {

    void tearDown() {
        if (teardown != null) {
            teardown.accept(value);
        }
    }
}
