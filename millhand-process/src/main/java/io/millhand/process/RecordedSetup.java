package io.millhand.process;

import io.millhand.SerializableCallable;
import java.util.Map;
import java.util.concurrent.Callable;

/// The initializer of a child out of the folder of a crash. Its teardown does not run.
///
/// @param encoded as it was
/// @param shared the values that it may refer to, encoded, by number
/// @param classPath of the parent then
/// @param modulePath of the parent then, or nothing
@SuppressWarnings("ArrayRecordComponent") // never compared
record RecordedSetup(byte[] encoded, Map<Long, byte[]> shared, String classPath, String modulePath)
        implements SerializableCallable<Object> {

    @Override
    public Object call() throws Exception {
        var initializer =
                (Callable<?>) RecordedClasses.of(classPath, modulePath).decode(encoded, shared);
        return ((WorkerState) initializer.call()).value();
    }
}
