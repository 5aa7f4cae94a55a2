package io.millhand.testkit.sim;

import io.millhand.testkit.sim.Known.Phase;
import io.millhand.testkit.sim.Known.Task;
import io.millhand.testkit.sim.TaskSpec.Stand;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// In what order the model has tasks start.
///
/// In each line tasks start as they were submitted, but those that started before go first. The heads of lines
/// compete by their start tags, as start-time fair queueing has it: a head's tag is the greater of the virtual
/// time and the finish tag of its line when it began to compete.
final class Lines {

    static final long NO_TAG = -1;

    /// A series, or the tasks of one stand that have none.
    static final class Line {
        long finish;
        int underWay;
        int limit = Integer.MAX_VALUE;
        boolean paused;

        private @Nullable Task first;

        /// The one that competes, and its start tag.
        private @Nullable Task head;

        private long tag;
    }

    private final boolean strict;
    private final Map<String, Line> lines = new LinkedHashMap<>();

    /// The start tag of the task that was taken last; those outside the order do not move it.
    private long virtualTime;

    Lines(boolean strict) {
        this.strict = strict;
    }

    Line named(String name) {
        return lines.computeIfAbsent(name, _ -> new Line());
    }

    void resumeAll() {
        lines.values().forEach(line -> line.paused = false);
    }

    /// The first of the heads that are served.
    Optional<Task> next(Predicate<Task> isServed) {
        return lines.values().stream()
                .flatMap(line -> Optional.ofNullable(line.head).stream())
                .filter(isServed)
                .min(this::compare);
    }

    /// Which of two heads is first.
    int compare(Task one, Task other) {
        return Comparator.<Task, Stand.Place>comparing(head -> head.spec.stand().place())
                .thenComparingLong(this::urgency)
                .thenComparingLong(head -> head.serial)
                .compare(one, other);
    }

    boolean isHead(Task task) {
        return task.line.head == task;
    }

    private long urgency(Task head) {
        var stand = head.spec.stand();
        if (stand.place() != Stand.Place.IN_ORDER) {
            return 0;
        }
        return strict ? stand.niceness() : head.line.tag;
    }

    /// Finds the head of each line anew. One that is paused or at its limit has none.
    ///
    /// @param tasks that have not ended, as they were submitted
    void compete(Collection<Task> tasks) {
        lines.values().forEach(line -> line.first = null);
        for (var task : tasks) {
            var first = task.line.first;
            if (task.phase == Phase.READY && (first == null || (first.tag == NO_TAG && task.tag != NO_TAG))) {
                task.line.first = task;
            }
        }
        for (var line : lines.values()) {
            var head = line.paused || line.underWay >= line.limit ? null : line.first;
            if (head != null && head != line.head) {
                line.tag = head.tag != NO_TAG ? head.tag : Math.max(virtualTime, line.finish);
            }
            line.head = head;
        }
    }

    /// A head starts: the first time it moves its line on, by 1 + ((niceness + 20) / 10)^2, in hundredths.
    void taken(Task task) {
        var line = task.line;
        var stand = task.spec.stand();
        if (task.tag == NO_TAG) {
            long steps = stand.niceness() + 20L;
            task.tag = line.tag;
            line.finish = line.tag + 100 + steps * steps;
        }
        if (stand.place() == Stand.Place.IN_ORDER) {
            virtualTime = Math.max(virtualTime, line.tag);
        }
    }
}
