package io.millhand;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/// The events that wait for one subscriber. Its owner guards it.
final class EventBuffer {

    /*
     * Facts (queued, started, ...) wait one by one, and beyond a number they are missed. What tasks say and how far
     * they are waits beside them, in the same order but for the latest of each task only: in the slot of the one
     * before it, unless a fact of the same task has come since. So a task that floods has two slots, and drives out
     * nothing.
     */

    static final int MOST = 1024;

    /// So many latest ones wait, and no more characters than that; no further ones are taken until some are read.
    private static final int MOST_LATEST = 1024;

    private static final int MOST_LATEST_CHARS = TaskMessages.MOST_CHARS;

    private static final class Slot {
        private TaskEvent event;

        Slot(TaskEvent event) {
            this.event = event;
        }
    }

    private record Key(long task, boolean isProgress) {}

    private final ArrayDeque<Slot> slots = new ArrayDeque<>();

    /// The slots whose event may be replaced.
    private final Map<Key, Slot> latest = new HashMap<>();

    /// Slots of latest ones, whether they may be replaced or not.
    private int latestSlots;

    private long latestChars;

    /// Facts after the last one that waits.
    private long missed;

    void offer(TaskEvent event) {
        switch (event) {
            case TaskEvent.Said(var task, var _, var _) -> offerLatest(new Key(task, false), event);
            case TaskEvent.Progressed(var task, var _, var _) -> offerLatest(new Key(task, true), event);
            case TaskEvent.Queued(var task, var _) -> offerFact(task, event);
            case TaskEvent.Started(var task, var _, var _, var _) -> offerFact(task, event);
            case TaskEvent.Retrying(var task, var _, var _, var _) -> offerFact(task, event);
            case TaskEvent.Ended(var task, var _, var _, var _) -> offerFact(task, event);
            case TaskEvent.Worker _, TaskEvent.Missed _ -> offerFact(event);
        }
    }

    private void offerFact(long task, TaskEvent event) {
        latest.remove(new Key(task, false));
        latest.remove(new Key(task, true));
        offerFact(event);
    }

    private void offerFact(TaskEvent event) {
        if (slots.size() - latestSlots >= MOST) {
            missed++;
            return;
        }
        tellGap();
        slots.addLast(new Slot(event));
    }

    private void offerLatest(Key key, TaskEvent event) {
        var slot = latest.get(key);
        long chars = latestChars + chars(event) - (slot == null ? 0 : chars(slot.event));
        if (chars > MOST_LATEST_CHARS || (slot == null && latestSlots >= MOST_LATEST)) {
            return;
        }
        latestChars = chars;
        if (slot != null) {
            slot.event = event;
            return;
        }
        slot = new Slot(event);
        latest.put(key, slot);
        latestSlots++;
        slots.addLast(slot);
    }

    /// Where it is: before the first fact after it.
    void tellGap() {
        if (missed > 0) {
            slots.addLast(new Slot(new TaskEvent.Missed(missed)));
            missed = 0;
        }
    }

    boolean isEmpty() {
        return slots.isEmpty();
    }

    TaskEvent take() {
        var slot = slots.removeFirst();
        switch (slot.event) {
            case TaskEvent.Said(var task, var _, var _) -> takeLatest(new Key(task, false), slot);
            case TaskEvent.Progressed(var task, var _, var _) -> takeLatest(new Key(task, true), slot);
            case TaskEvent.Queued _,
                    TaskEvent.Started _,
                    TaskEvent.Retrying _,
                    TaskEvent.Ended _,
                    TaskEvent.Worker _,
                    TaskEvent.Missed _ -> {}
        }
        return slot.event;
    }

    private void takeLatest(Key key, Slot slot) {
        latest.remove(key, slot);
        latestSlots--;
        latestChars -= chars(slot.event);
    }

    private static int chars(TaskEvent event) {
        return switch (event) {
            case TaskEvent.Said(var _, var _, var message) -> message.chars();
            case TaskEvent.Progressed(var _, var _, var progress) ->
                progress.note().length();
            case TaskEvent.Queued _,
                    TaskEvent.Started _,
                    TaskEvent.Retrying _,
                    TaskEvent.Ended _,
                    TaskEvent.Worker _,
                    TaskEvent.Missed _ -> 0;
        };
    }

    void clear() {
        slots.clear();
        latest.clear();
        latestSlots = 0;
        latestChars = 0;
    }
}
