package io.millhand.process;

import io.millhand.TaskContext;
import java.util.Map;

/// What a task learns of itself in a child.
final class ChildContext implements TaskContext {

    private final long taskId;
    private final String taskName;
    private final int attempt;
    private final String worker;
    private final Map<String, String> headers;
    private volatile boolean cancelled;

    ChildContext(long taskId, String taskName, int attempt, String worker, Map<String, String> headers) {
        this.taskId = taskId;
        this.taskName = taskName;
        this.attempt = attempt;
        this.worker = worker;
        this.headers = headers;
    }

    boolean is(Frame frame) {
        return frame.task() == taskId && frame.attempt() == attempt;
    }

    void cancel() {
        cancelled = true;
    }

    @Override
    public long taskId() {
        return taskId;
    }

    @Override
    public String taskName() {
        return taskName;
    }

    @Override
    public int attempt() {
        return attempt;
    }

    @Override
    public String worker() {
        return worker;
    }

    @Override
    public Map<String, String> headers() {
        return headers;
    }

    @Override
    public boolean cancelled() {
        return cancelled;
    }
}
