package io.millhand.testkit.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the model knows of tasks, attempts and workers. Times are nanoseconds since the beginning.
final class Known {

    enum Phase {
        READY,
        ASSIGNED,
        RUNNING,
        STOPPING,
        WAITING,
        ENDED
    }

    /// A task, as the model sees it.
    static final class Task {
        final TaskSpec spec;
        final List<Attempt> given = new ArrayList<>();
        final List<String> attempts = new ArrayList<>();
        final Lines.Line line;
        final long serial;
        final long deadlineAt;
        final List<String> events = new ArrayList<>(List.of("queued"));
        Phase phase = Phase.READY;

        @Nullable
        Attempt current;

        @Nullable
        String outcome;

        /// With which it started first.
        long tag = Lines.NO_TAG;

        /// Whether the deadline ran out under an attempt.
        boolean late;

        long due = Long.MAX_VALUE;
        int crashes;

        /// Whether it was cancelled inside another call, whose event then comes too late.
        boolean overtaken;

        Task(TaskSpec spec, Lines.Line line, long serial, long now) {
            this.spec = spec;
            this.line = line;
            this.serial = serial;
            deadlineAt =
                    spec.clocks().deadline().map(limit -> now + limit.toNanos()).orElse(Long.MAX_VALUE);
        }

        /// The longest wait before the next attempt: doubled each time, up to the longest of all.
        long ceiling() {
            long ceiling = spec.retry().firstDelay().toNanos();
            for (int i = 1; i < attempts.size(); i++) {
                ceiling *= 2;
            }
            return Math.min(ceiling, spec.retry().maxDelay().toNanos());
        }
    }

    /// An attempt that a worker has, or had.
    static final class Attempt {
        final Task task;
        final int number;
        final Slots worker;
        long startedAt = -1;
        long aliveAt;

        /// Since when it was silent, where it is stopped for that.
        long silentSince = -1;

        @Nullable
        Resource resource;

        boolean mustBeKilled;
        boolean killed;
        boolean mustBeTold;
        boolean told;
        boolean ended;

        /// Whether it is of a series and had to wait in its worker for a slot.
        boolean ahead;

        Attempt(Task task, int number, Slots worker) {
            this.task = task;
            this.number = number;
            this.worker = worker;
        }

        boolean isCurrent() {
            return task.current == this;
        }

        long timeoutEnds() {
            var limit = task.spec.clocks().timeout();
            return limit.isEmpty() ? Long.MAX_VALUE : startedAt + limit.get().toNanos();
        }

        long silenceEnds() {
            var limit = task.spec.clocks().silence();
            return limit.isEmpty() ? Long.MAX_VALUE : aliveAt + limit.get().toNanos();
        }

        @Override
        public String toString() {
            return task.spec.name() + "#" + number;
        }
    }

    /// A worker and what it has room for.
    static final class Slots {
        static final Set<String> OFFERS = Set.of("local");

        final String name;
        private int total;

        /// Below zero where more are in use than there are.
        int free;

        /// How many of those that are not free are so since a start has failed.
        int paused;

        /// How many attempts it takes beyond its slots.
        private int ahead;

        /// How many of these the queue knows of for sure: it looks when it gives the worker an attempt, when one
        /// ends, and when it is told of another number of slots. What became more since it may know or not.
        private int surelyAhead;

        boolean leaving;

        Slots(String name, History.Room room) {
            this.name = name;
            total = room.slots();
            free = total;
            ahead = room.ahead();
            surelyAhead = ahead;
        }

        void takeAhead(int ahead) {
            this.ahead = ahead;
            surelyAhead = Math.min(surelyAhead, ahead);
        }

        void lookedAt() {
            surelyAhead = ahead;
        }

        /// One that is leaving keeps what it has.
        void resize(int total) {
            if (!leaving) {
                free += total - this.total;
                this.total = total;
                lookedAt();
            }
        }

        /// @param surely whether the queue must know of it
        boolean hasRoom(boolean surely) {
            return free > 0 || (paused == 0 && free + (surely ? surelyAhead : ahead) > 0);
        }

        boolean offersAllFor(Task task) {
            return !leaving && OFFERS.containsAll(task.spec.stand().requires());
        }
    }

    /// What tasks name and has a limit.
    static final class Resource {
        int limit;
        int inUse;
    }

    record Pause(Slots worker, long until) {}

    private Known() {}
}
