package io.millhand.bench;

import io.millhand.TaskHandle;
import io.millhand.TaskQueue;
import io.millhand.process.ProcessWorkers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// Tells what an idle child occupies, what its start takes of the processors, and what tasks that wait occupy in the
/// parent. `bench/footprint.sh` runs it. Linux.
public final class Footprint {

    private static final int CHILDREN = 4;
    private static final int TASKS = 1_000;

    /// What a start has left behind is given back in between.
    private static final long SOON_MILLIS = 500;

    private static final long LATER_MILLIS = 20_000;

    private Footprint() {}

    /// Runs it.
    ///
    /// @param args none
    public static void main(String[] args) throws Exception {
        var folder = Files.createTempDirectory("footprint");
        try {
            children("", ProcessWorkers.of(CHILDREN));
            var cached = ProcessWorkers.of(CHILDREN).aotCache(folder.resolve("aot"));
            makeCache(cached, folder.resolve("aot"));
            children(", AOT cache", cached);
        } finally {
            remove(folder);
        }
        waitingTasks();
    }

    /// As many as there are, so that each is one that shares pages with others, as in earnest.
    private static void children(String how, ProcessWorkers workers) throws Exception {
        try (var queue = TaskQueue.on(workers.life(workers.life().least(CHILDREN)))) {
            var pids = pids(queue);
            double processor = 0;
            for (long pid : pids) {
                processor += processorMillis(pid) / CHILDREN;
            }
            print("start of a child" + how + ": processor time", processor, "ms");
            TimeUnit.MILLISECONDS.sleep(SOON_MILLIS);
            tell("idle child" + how + ", after 0.5 s", pids);
            TimeUnit.MILLISECONDS.sleep(LATER_MILLIS);
            tell("idle child" + how + ", after 20 s", pids);
        }
    }

    /// Each has run one task.
    private static List<Long> pids(TaskQueue queue) {
        List<Long> pids = List.of();
        while (pids.size() < CHILDREN) {
            List<TaskHandle<Long>> handles = new ArrayList<>();
            for (int i = 0; i < CHILDREN; i++) {
                handles.add(queue.submit(Footprint::pidSlowly));
            }
            pids = handles.stream().map(handle -> handle.join()).distinct().toList();
        }
        return pids;
    }

    private static long pidSlowly() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(200); // the others get one, too
        return ProcessHandle.current().pid();
    }

    private static void tell(String what, List<Long> pids) throws IOException {
        double resident = 0;
        double proportional = 0;
        for (long pid : pids) {
            resident += mebibytes(pid, "Rss:") / CHILDREN;
            proportional += mebibytes(pid, "Pss:") / CHILDREN;
        }
        print(what + ": resident", resident, "MiB");
        print(what + ": proportional, of " + CHILDREN, proportional, "MiB");
    }

    private static double mebibytes(long pid, String field) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/smaps_rollup")).stream()
                .filter(line -> line.startsWith(field))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElseThrow();
    }

    private static double processorMillis(long pid) throws IOException {
        double nanos = 0;
        try (var threads = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            for (var thread : threads) {
                String ran = Files.readString(thread.resolve("schedstat"));
                nanos += Double.parseDouble(ran.substring(0, ran.indexOf(' ')));
            }
        }
        return nanos / 1e6;
    }

    private static void makeCache(ProcessWorkers workers, Path folder) throws Exception {
        try (var queue = TaskQueue.on(workers)) {
            queue.submit(() -> 1).join();
            for (boolean made = false; !made; TimeUnit.MILLISECONDS.sleep(100)) {
                made = has(folder, "*.aot") && !has(folder, "*.making");
            }
        }
    }

    private static boolean has(Path folder, String pattern) throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (var files = Files.newDirectoryStream(folder, pattern)) {
            return files.iterator().hasNext();
        }
    }

    private static void waitingTasks() {
        try (var queue = TaskQueue.on(ProcessWorkers.of(1))) {
            queue.submit(() -> 1).join();
            queue.pause();
            var first = submitted(queue); // classes, tables
            long before = usedHeap();
            var handles = submitted(queue);
            double bytes = usedHeap() - before;
            print(TASKS + " tasks that wait, with their handles, in the parent", bytes / TASKS, "bytes each");
            queue.resume();
            first.forEach(TaskHandle::join);
            handles.forEach(TaskHandle::join);
        }
    }

    private static List<TaskHandle<Integer>> submitted(TaskQueue queue) {
        List<TaskHandle<Integer>> handles = new ArrayList<>(TASKS);
        for (int i = 0; i < TASKS; i++) {
            int number = i;
            handles.add(queue.submit(() -> number));
        }
        return handles;
    }

    private static long usedHeap() {
        var runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static void remove(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted((one, other) -> other.compareTo(one)).toList()) {
                Files.delete(file);
            }
        }
    }

    private static void print(String what, double value, String unit) {
        System.out.printf(Locale.ROOT, "%-75s %8.1f %s%n", what, value, unit);
    }
}
