package io.millhand;

import io.millhand.spi.Assignment;
import io.millhand.spi.Worker;

/// A worker that is never heard of again.
record IdleWorker(String name, int slots) implements Worker {

    @Override
    public void assign(Assignment assignment) {}

    @Override
    public void kill(Assignment assignment) {}

    @Override
    public void cancel(Assignment assignment) {}
}
