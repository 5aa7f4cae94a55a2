package io.millhand.stress;

import io.millhand.process.ChildProcess;
import java.io.IOException;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Kills children from outside at random moments, stops others for a while, and remembers whom it has killed.
final class Killer implements Runnable {

    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Random random;
    private final Set<Long> victims = ConcurrentHashMap.newKeySet();
    private volatile boolean over;
    private final AtomicInteger stops = new AtomicInteger();

    Killer(long seed) {
        random = new Random(seed);
    }

    @Override
    public void run() {
        while (!over) {
            LockSupport.parkNanos(random.nextLong(LONGEST_PAUSE_NANOS));
            var children = ChildProcess.living();
            if (!children.isEmpty()) {
                strike(children.get(random.nextInt(children.size())).pid());
            }
        }
    }

    private void strike(long pid) {
        if (random.nextInt(10) == 0) {
            stopForAWhile(pid);
            return;
        }
        var victim = ProcessHandle.of(pid);
        if (victim.isPresent()) {
            victims.add(pid); // first, since its death may be told at once
            victim.get().destroyForcibly();
        }
    }

    private void stopForAWhile(long pid) {
        try {
            var shell = new ProcessBuilder("sh", "-c", "kill -STOP " + pid + " && sleep 0.1; kill -CONT " + pid)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (shell.waitFor() == 0) {
                stops.incrementAndGet();
            }
        } catch (IOException _) {
            // gone meanwhile
        } catch (InterruptedException _) {
            over = true;
        }
    }

    /// Nobody is killed any more.
    void end() {
        over = true;
    }

    boolean hasKilled(long pid) {
        return victims.contains(pid);
    }

    int kills() {
        return victims.size();
    }

    int stops() {
        return stops.get();
    }
}
