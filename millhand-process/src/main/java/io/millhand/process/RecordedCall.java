package io.millhand.process;

import io.millhand.SerializableCallable;
import java.util.Map;
import java.util.concurrent.Callable;

/// A task out of the folder of a crash: the encoded call, decoded and run in the child, with the classes of then.
///
/// @param encoded as it was
/// @param shared the values that it may refer to, encoded, by number
/// @param classPath of the parent then
/// @param modulePath of the parent then, or nothing
@SuppressWarnings("ArrayRecordComponent") // never compared
record RecordedCall(byte[] encoded, Map<Long, byte[]> shared, String classPath, String modulePath)
        implements SerializableCallable<String> {

    @Override
    public String call() throws Exception {
        var task = (Callable<?>) RecordedClasses.of(classPath, modulePath).decode(encoded, shared);
        var result = task.call();
        Codec.encodeParcel(result, Integer.MAX_VALUE); // as the first time: this is what may have crashed
        return String.valueOf(result);
    }
}
