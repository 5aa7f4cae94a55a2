package io.millhand.process;

import io.millhand.Items;
import io.millhand.TaskQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A parent that reads a long stream of a child with 64 MiB of heap. Arguments: the number of items, and every
/// so many of them the reader is slow.
final class StreamParent {

    private static final int ITEM_BYTES = 500;

    private StreamParent() {}

    private static Stream<byte[]> items(int count) {
        return IntStream.range(0, count).mapToObj(_ -> new byte[ITEM_BYTES]);
    }

    public static void main(String[] args) {
        int count = Integer.parseInt(args[0]);
        int slow = Integer.parseInt(args[1]);
        long read = 0;
        long begin = System.nanoTime();
        try (var queue = TaskQueue.on(ProcessWorkers.of(1).heap(64 << 20));
                Items<byte[]> items = queue.items(() -> items(count))) {
            for (byte[] item : items) {
                if (item.length != ITEM_BYTES) {
                    throw new IllegalStateException("item " + read + " has " + item.length + " bytes");
                }
                read++;
                if (read % slow == 0) {
                    System.gc(); // the producer is far faster now, and what it sends must stay with it
                }
            }
        }
        long millis = (System.nanoTime() - begin) / 1_000_000;
        System.out.println("read " + read + " items in " + millis + " ms");
    }
}
