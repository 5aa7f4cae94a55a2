package io.millhand.process;

import io.millhand.SerializableCallable;
import io.millhand.spi.SharedValue;
import io.millhand.spi.TaskContexts;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Map;
import java.util.Objects;

/// Loads the classes that the first task needs, on a thread of its own while the child connects: a second
/// processor does it for nothing, and a spare has them when it is needed.
final class Preload {

    private static final int MOST_BYTES = 64 * 1024;

    private final Thread thread =
            Thread.ofPlatform().daemon().name("millhand-preload").start(Preload::run);

    /// An interrupt means nothing here.
    @SuppressWarnings("ThreadJoinLoop") // what it advises is another library
    void await() {
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                // by an agent of the user's, say; the flag is clear now
            }
        }
    }

    /// As a task comes, runs and is asked where it stands.
    private static void run() {
        SerializableCallable<Integer> task = () -> 1;
        try {
            var call = decoded(compact(task));
            var _ = decoded(Codec.serialize(task, MOST_BYTES, Codec.Witness.NONE));
            byte[] head = new Wire.AssignHead(0, "", "", Map.of(), 0, Terms.NONE).encode();
            var attempt = new RunningAttempt(
                    Frame.of(FrameKind.ASSIGN), Wire.AssignHead.decode(new ByteArrayInputStream(head)), null, null);
            attempt.tellStack(stack -> Wire.encodeText(stack));
            var _ = Codec.encode(TaskContexts.call(attempt, call), MOST_BYTES);
        } catch (Exception e) {
            throw new IllegalStateException("Millhand's own task cannot be run in this child", e);
        }
    }

    private static byte[] compact(SerializableCallable<?> task) throws IOException {
        var sites = new ArrayList<LambdaSite>();
        var encoded = Codec.encodeTask(task, MOST_BYTES, false, new Codec.Witness() {
            @Override
            public void saw(Class<?> type) {
                // it is here
            }

            @Override
            public void saw(SharedValue value) {
                var _ = find(value.id());
            }

            @Override
            public void saw(LambdaSite site) {
                sites.add(site);
            }
        });
        return CompactWriter.whole(encoded, sites);
    }

    private static SerializableCallable<?> decoded(byte[] task) throws IOException, ClassNotFoundException {
        var body = new ByteArrayInputStream(task);
        return (SerializableCallable<?>) Objects.requireNonNull(
                Codec.decodeTask(body, ClassLoader.getSystemClassLoader(), Preload::find), "the decoded task");
    }

    private static SharedValue find(long id) {
        throw new IllegalStateException("Millhand's own task refers to no shared value, but to " + id);
    }
}
