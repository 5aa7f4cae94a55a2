package io.millhand.bench.peers;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// One row of the table of [Load].
enum LoadFigure {
    IDLE_P50(LoadRun.BESIDE, "round trip p50, the other of 2 workers idle", "us"),
    IDLE_P99(LoadRun.BESIDE, "round trip p99, the other of 2 workers idle", "us"),
    BESIDE_P50(LoadRun.BESIDE, "round trip p50, the other saturated", "us"),
    BESIDE_P99(LoadRun.BESIDE, "round trip p99, the other saturated", "us"),
    SUBMITTED_1(LoadRun.SUBMITTERS, "submitted by 1 thread", "1/s"),
    SUBMITTED_4(LoadRun.SUBMITTERS, "submitted by 4 threads", "1/s"),
    SUBMITTED_16(LoadRun.SUBMITTERS, "submitted by 16 threads", "1/s"),
    DONE_1(LoadRun.SUBMITTERS, "done, from 1 thread", "1/s"),
    DONE_4(LoadRun.SUBMITTERS, "done, from 4 threads", "1/s"),
    DONE_16(LoadRun.SUBMITTERS, "done, from 16 threads", "1/s"),
    FIRST_P50(LoadRun.FIRST, "first() behind 100,000 until it starts, p50", "ms"),
    FIRST_P99(LoadRun.FIRST, "first() behind 100,000 until it starts, p99", "ms", 5),
    DELAY_P50(LoadRun.DELAY, "delay of tiny tasks by one of 200 ms, p50", "ms"),
    DELAY_P99(LoadRun.DELAY, "delay of tiny tasks by one of 200 ms, p99", "ms", 5),
    DELAY_ALONE_P99(LoadRun.DELAY, "delay of tiny tasks by nothing, p99", "ms"),
    DELAY_OTHER_P99(LoadRun.DELAY, "delay of tiny tasks by another program, p99", "ms"),
    WORST_P50(LoadRun.DELAY, "worst of 250 such delays by one of 200 ms, p50", "ms"),
    WORST_P99(LoadRun.DELAY, "worst of 250 such delays by one of 200 ms, p99", "ms"),
    WORST_ALONE_P99(LoadRun.DELAY, "worst of 250 such delays by nothing, p99", "ms"),
    WORST_OTHER_P99(LoadRun.DELAY, "worst of 250 such delays by another program, p99", "ms"),
    ARGUMENT_1(LoadRun.PAYLOADS, "arguments of 1 KiB", "MiB/s"),
    RESULT_1(LoadRun.PAYLOADS, "results of 1 KiB", "MiB/s"),
    ARGUMENT_64(LoadRun.PAYLOADS, "arguments of 64 KiB", "MiB/s"),
    RESULT_64(LoadRun.PAYLOADS, "results of 64 KiB", "MiB/s"),
    CHILDREN_1(LoadRun.CHILDREN, "a task on 1 child", "us"),
    CHILDREN_2(LoadRun.CHILDREN, "a task on 2 children", "us"),
    CHILDREN_4(LoadRun.CHILDREN, "a task on 4 children", "us"),
    CHILDREN_8(LoadRun.CHILDREN, "a task on 8 children", "us"),
    CHILDREN_16(LoadRun.CHILDREN, "a task on 16 children", "us"),
    QUEUED_HEAP(LoadRun.QUEUED, "1,000 queued tasks in the parent's heap", "KiB");

    private static final double NO_AIM = 0;

    private final LoadRun run;
    private final String title;
    private final String unit;
    private final double aim;

    LoadFigure(LoadRun run, String title, String unit) {
        this(run, title, unit, NO_AIM);
    }

    LoadFigure(LoadRun run, String title, String unit, double aim) {
        this.run = run;
        this.title = title;
        this.unit = unit;
        this.aim = aim;
    }

    String title() {
        return title;
    }

    /// As programs print it: `first_p99`.
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static List<String> words(LoadRun run) {
        return Arrays.stream(values())
                .filter(figure -> figure.run == run)
                .map(LoadFigure::word)
                .toList();
    }

    List<String> row(Figures figures) {
        String aimed = aim == NO_AIM ? "" : Table.number(aim);
        return List.of(title, unit, aimed, figures.cell(word()));
    }
}
