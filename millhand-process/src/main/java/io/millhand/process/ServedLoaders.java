package io.millhand.process;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// The child's side of class finding: stands for the parent's class loaders and asks the parent.
final class ServedLoaders {

    /*
     * Whoever needs a class asks, and reads the channel itself until the answer is there or somebody else reads: the
     * main thread may be busy with anything, an initializer or the end of the JVM among it. Locks of class loading are
     * held meanwhile, as in any loader; what is handled in a turn needs no class of the user's. A parent that goes takes
     * this JVM with it, so that nobody waits for ever.
     */

    /// How long somebody else's turn is waited for before the next try to take one.
    private static final long OTHER_TURN_MILLIS = 1;

    /// Reads the channel.
    interface Turn {
        /// Waits for a while until there is something to read, and handles it.
        ///
        /// @param awaited needs no more reading once it is done
        /// @return false at once where somebody else reads
        /// @throws IllegalStateException where nobody can read in this situation
        boolean take(Future<?> awaited) throws IOException;
    }

    private final Consumer<Frame> parent;
    private final Turn turn;
    private final Map<Integer, ClassLoader> loaders = new ConcurrentHashMap<>();
    private final Map<Integer, CompletableFuture<ResourceFrames.Answer>> waiting = new ConcurrentHashMap<>();
    private final AtomicInteger requests = new AtomicInteger();

    /// @param parent takes frames to it
    /// @param turn reads what it answers
    ServedLoaders(Consumer<Frame> parent, Turn turn) {
        this.parent = parent;
        this.turn = turn;
    }

    /// The loader that knows a task's classes.
    ///
    /// @param id the number that came with the task
    ClassLoader loader(int id) {
        return id == ClassServer.OWN_CODE
                ? ClassLoader.getSystemClassLoader()
                : loaders.computeIfAbsent(id, _ -> new ServedLoader(id, this));
    }

    /// Whether classes may be asked for at any time, as long as this JVM lives.
    boolean inUse() {
        return !loaders.isEmpty();
    }

    /// Blocks; an interrupt is kept and does not disturb, since a class that was not found once is not found again.
    ResourceFrames.Answer ask(int loader, String name, boolean all) {
        int number = requests.incrementAndGet();
        var answer = new CompletableFuture<ResourceFrames.Answer>();
        waiting.put(number, answer);
        parent.accept(new ResourceFrames.Request(number, loader, all, name).toFrame());
        boolean interrupted = Thread.interrupted();
        try {
            while (!answer.isDone()) {
                if (!turn.take(answer)) {
                    interrupted |= waitBriefly(answer);
                }
                interrupted |= Thread.interrupted();
            }
            return answer.join();
        } catch (IOException | IllegalStateException e) {
            return new ResourceFrames.Answer(
                    number, "the parent, which cannot be asked now: " + e.getMessage(), List.of());
        } finally {
            waiting.remove(number);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// @return whether there was an interrupt meanwhile
    private static boolean waitBriefly(CompletableFuture<?> answer) {
        try {
            answer.get(OTHER_TURN_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException _) {
            // the next look tells
        } catch (InterruptedException _) {
            return true;
        }
        return false;
    }

    /// In a turn of whoever reads.
    void answered(Frame frame) throws IOException {
        var answer = ResourceFrames.Answer.decode(frame.body());
        var asker = waiting.remove(answer.request());
        if (asker != null) {
            asker.complete(answer);
        }
    }
}
