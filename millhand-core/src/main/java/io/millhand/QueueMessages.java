package io.millhand;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

/// The messages of all tasks of a queue, on their way to those who listen to many of them.
final class QueueMessages {

    private final boolean logged;
    private final Executor callbacks;
    private final List<MessageListener<Task<?>>> listeners = new CopyOnWriteArrayList<>();

    /// @param logged whether workers log them
    QueueMessages(boolean logged, Executor callbacks) {
        this.logged = logged;
        this.callbacks = callbacks;
    }

    boolean logged() {
        return logged;
    }

    void listen(BiConsumer<? super Task<?>, ? super Message> listener) {
        listeners.add(new MessageListener<>(callbacks, listener));
    }

    /// Any thread; waits for nobody.
    TaskMessages.Fate told(TaskRun<?> run, Message message) {
        var fate = run.handle().told(message);
        if (fate != TaskMessages.Fate.TOO_LATE) {
            boolean isLost = fate == TaskMessages.Fate.BEYOND_LIMIT;
            listeners.forEach(listener -> listener.offer(run.task(), message, isLost));
            var ear = run.task().call() instanceof Ear.Heard heard ? heard.ear() : null;
            if (ear != null) {
                ear.offer(message, isLost);
            }
        }
        return fate;
    }
}
