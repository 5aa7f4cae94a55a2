package io.millhand.testkit.sim;

import io.millhand.testkit.sim.Known.Pause;
import io.millhand.testkit.sim.Known.Slots;
import io.millhand.testkit.sim.Known.Task;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The workers that the model knows, and which of their slots pause.
final class Staff {

    private final Map<String, Slots> workers = new LinkedHashMap<>();
    private final List<Pause> pauses = new ArrayList<>();

    void add(String name, History.Room room) {
        workers.put(name, new Slots(name, room));
    }

    @Nullable
    Slots get(String name) {
        return workers.get(name);
    }

    void change(String name, Consumer<Slots> change) {
        Optional.ofNullable(workers.get(name)).ifPresent(change);
    }

    /// @param only who may have it, if not anybody
    /// @param surely whether the queue must know of the room
    boolean hasRoomFor(Task task, @Nullable Slots only, boolean surely) {
        return workers.values().stream()
                .filter(worker -> only == null || worker == only)
                .anyMatch(worker -> worker.hasRoom(surely) && worker.offersAllFor(task));
    }

    Optional<Slots> withFreeSlotFor(Task task) {
        return workers.values().stream()
                .filter(worker -> worker.free > 0 && worker.offersAllFor(task))
                .findFirst();
    }

    boolean serves(Task task) {
        return workers.values().stream().anyMatch(worker -> worker.offersAllFor(task));
    }

    boolean isThere() {
        return workers.values().stream().anyMatch(worker -> !worker.leaving);
    }

    // Pauses.

    /// One slot of a worker is not used until then.
    void pause(Slots worker, long until) {
        worker.paused++;
        pauses.add(new Pause(worker, until));
    }

    boolean pauses() {
        return !pauses.isEmpty();
    }

    /// Ends those that were over by then.
    void endPauses(long by) {
        pauses.removeIf(pause -> {
            boolean isOver = pause.until() <= by;
            if (isOver) {
                end(pause);
            }
            return isOver;
        });
    }

    /// Ends as many that may be over now as the worker needs to have a free slot.
    void endPausesOf(Slots worker, long now) {
        for (var pause : List.copyOf(pauses)) {
            if (worker.free <= 0 && pause.worker() == worker && pause.until() == now) {
                pauses.remove(pause);
                end(pause);
            }
        }
    }

    private static void end(Pause pause) {
        pause.worker().paused--;
        pause.worker().free++;
    }
}
