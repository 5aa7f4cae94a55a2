package io.millhand.process;

import java.util.concurrent.atomic.AtomicIntegerArray;

/// Three attempts that a child was sent, and what became of each.
final class OrdersTally {

    private static final int TASKS = 3;

    private final AtomicIntegerArray begun = new AtomicIntegerArray(TASKS + 1);
    private final AtomicIntegerArray givenBack = new AtomicIntegerArray(TASKS + 1);

    /// What the child has not begun.
    final Orders orders = new Orders(frame -> givenBack.incrementAndGet((int) frame.task()));

    /// @param waiting how many of them wait from the beginning
    OrdersTally(int waiting) {
        for (int task = 1; task <= waiting; task++) {
            add(task);
        }
    }

    void add(int task) {
        try {
            orders.add(new Frame(FrameKind.ASSIGN, task, 1, Wire.encodeInt(0)));
        } catch (ProtocolException e) {
            throw new IllegalStateException("nothing is wrong with it", e);
        }
    }

    /// The main thread begins what is next, if there is anything.
    void begin() {
        var order = orders.poll();
        if (order != null) {
            begun.incrementAndGet((int) order.task());
        }
    }

    /// One letter for each: B begun, G given back, `-` neither, `?` both or twice.
    String letters() {
        var letters = new StringBuilder();
        for (int task = 1; task <= TASKS; task++) {
            int times = begun.get(task) + givenBack.get(task);
            letters.append(times == 0 ? "-" : times > 1 ? "?" : begun.get(task) == 1 ? "B" : "G");
        }
        return letters.toString();
    }
}
