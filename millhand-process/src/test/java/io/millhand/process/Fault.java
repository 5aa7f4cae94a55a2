package io.millhand.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;

/// What can go wrong in code that is not ours.
enum Fault {
    THROWS,
    EXIT,
    HALT,
    KILL,
    NATIVE_CRASH,
    STACK_OVERFLOW,
    OUT_OF_MEMORY,
    HANGS;

    static final String MESSAGE = "thrown on purpose";
    static final int EXIT_CODE = 42;
    static final int HALT_CODE = 43;

    /// Goes wrong. Returns for [#HANGS] alone, and only where somebody releases the hang.
    ///
    /// @param sparing not to fill the heap: other threads of this JVM need their memory
    void strike(boolean sparing) {
        switch (this) {
            case THROWS -> throw new IllegalStateException(MESSAGE);
            case EXIT -> System.exit(EXIT_CODE);
            case HALT -> Runtime.getRuntime().halt(HALT_CODE);
            case KILL -> killThisProcess();
            case NATIVE_CRASH -> writeToAddressZero();
            case STACK_OVERFLOW -> recurse(0);
            case OUT_OF_MEMORY -> runOutOfMemory(sparing);
            case HANGS -> Hang.current.hang();
        }
    }

    /// One hang in this JVM.
    static final class Hang {

        /// Set by the test between two cells.
        static volatile Hang current = new Hang();

        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);

        private void hang() {
            begun.countDown();
            awaitForEver(released);
        }

        boolean hasBegun() {
            return begun.getCount() == 0;
        }

        void release() {
            released.countDown();
        }
    }

    private static void awaitForEver(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return;
            } catch (InterruptedException _) {
                // what hangs does not listen
            }
        }
    }

    private static void killThisProcess() {
        try {
            new ProcessBuilder(
                            "kill",
                            "-KILL",
                            Long.toString(ProcessHandle.current().pid()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        awaitForEver(new CountDownLatch(1));
    }

    @SuppressWarnings("restricted") // that is the point
    private static void writeToAddressZero() {
        MemorySegment.NULL.reinterpret(Long.BYTES).set(ValueLayout.JAVA_LONG, 0, 42);
    }

    private static long recurse(long depth) {
        return depth < 0 ? 0 : recurse(depth + 1) + recurse(depth + 2);
    }

    private static void runOutOfMemory(boolean sparing) {
        var hoard = new ArrayList<Object>();
        if (sparing) {
            hoard.add(new long[64][Integer.MAX_VALUE - 8]); // no heap has room for it
        }
        while (hoard.size() < Integer.MAX_VALUE) {
            hoard.add(new byte[1 << 20]);
        }
    }
}
