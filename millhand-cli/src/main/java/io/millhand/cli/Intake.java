package io.millhand.cli;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.ResultOrder;
import io.millhand.Task;
import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Draws tasks, keeps a window of them under way and hands their handles over.
///
/// As `TaskQueue.submitAll`, except that tasks are drawn on a thread of their own: a source that makes one wait (lines
/// of a pipe) must hold back neither the results that are there nor the end of the run.
final class Intake {

    /*
     * The drawing thread takes a permit, draws, submits and puts the handle into `ready`: at once for input order, when
     * the task has ended for order of completion. The main thread reads and gives the permit back. An empty Optional in
     * `ready` says that no more will be submitted. The lock makes "not stopped, so submit" one step; nothing but
     * submit happens under it. `submitted` is final once `exhausted` was read.
     */

    private final TaskQueue queue;
    private final Iterator<Task<String>> source;
    private final ResultOrder order;
    private final Semaphore permits;
    private final BlockingQueue<Optional<TaskHandle<String>>> ready = new LinkedBlockingQueue<>();
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private boolean stopped;

    @GuardedBy("lock")
    private long submitted;

    @GuardedBy("lock")
    private @Nullable RuntimeException failure;

    /// main thread only
    private boolean exhausted;

    /// main thread only
    private long read;

    Intake(TaskQueue queue, Iterator<Task<String>> source, ResultOrder order, int window) {
        this.queue = queue;
        this.source = source;
        this.order = order;
        this.permits = new Semaphore(window);
    }

    void start() {
        Thread.ofPlatform().daemon().name("millhand-intake").start(this::draw);
    }

    /// Draws no more. What is under way still comes. From any thread, any number of times.
    void stop() {
        end(null);
    }

    /// The next handle: of the next task in input order, or of one that has ended in order of completion.
    ///
    /// @return empty where there is none within the wait, or none at all
    Optional<TaskHandle<String>> poll(Duration wait) throws InterruptedException {
        var next = ready.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
        if (next == null) {
            return Optional.empty();
        }
        if (next.isPresent()) {
            read++;
            permits.release();
        } else {
            exhausted = true;
        }
        return next;
    }

    /// Whether all handles were read.
    ///
    /// @throws RuntimeException what the source threw, after the last handle
    boolean isDone() {
        if (!exhausted) {
            return false;
        }
        lock.lock();
        try {
            if (read < submitted) {
                return false;
            }
            if (failure != null) {
                throw failure;
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void draw() {
        try {
            do {
                permits.acquire();
            } while (source.hasNext() && submit(source.next()));
            end(null);
        } catch (RuntimeException e) {
            end(e);
        } catch (Error e) { // a line larger than the heap
            end(new RunFailure("cannot draw the next input: " + e, e));
        } catch (InterruptedException _) {
            end(null); // nobody does this
        }
    }

    private boolean submit(Task<String> task) {
        lock.lock();
        try {
            if (stopped) {
                return false;
            }
            var handle = queue.submit(task);
            submitted++;
            switch (order) {
                case INPUT -> ready.add(Optional.of(handle));
                case COMPLETION -> {
                    var _ = handle.whenComplete((_, _) -> ready.add(Optional.of(handle)));
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void end(@Nullable RuntimeException why) {
        lock.lock();
        try {
            if (!stopped) {
                stopped = true;
                failure = why;
                ready.add(Optional.empty());
            }
        } finally {
            lock.unlock();
        }
    }
}
