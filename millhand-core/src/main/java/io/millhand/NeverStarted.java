package io.millhand;

import java.util.concurrent.CompletionException;

/// What `shutdownNow` answers for a task that no worker took: its handle has ended as cancelled, but its recipe can
/// still be run.
record NeverStarted(Task<?> task) implements Runnable {

    @Override
    public void run() {
        try {
            task.call().call();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }
}
