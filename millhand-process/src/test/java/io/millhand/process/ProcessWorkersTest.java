package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessWorkersTest {

    @Test
    void refusesWhatMakesNoSense() {
        assertThatThrownBy(() -> ProcessWorkers.of(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("workers must be at least 1, was 0");
        assertThatThrownBy(() -> ProcessWorkers.of(1).heap(1024))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("heap must be at least 33554432 bytes, was 1024");
        assertThatThrownBy(() -> ProcessWorkers.of(1).jvmOptions(List.of("-Xmx1g")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("jvmOptions must not hold -Xmx, use heap(...); was [-Xmx1g]");
        assertThatThrownBy(() -> ProcessWorkers.of(1).jvmOptions(List.of("-XX:MaxHeapSize=1g")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("jvmOptions must not hold -XX:MaxHeapSize=, use heap(...); was [-XX:MaxHeapSize=1g]");
        assertThatThrownBy(() -> ProcessWorkers.of(1).startLimit(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("startLimit must be positive, was PT0S");
        assertThatThrownBy(() -> ProcessWorkers.of(1).startLimit(Duration.ofDays(200_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("startLimit must be at most 36500 days, was PT4800000H");
        assertThatThrownBy(() -> ProcessWorkers.of(1).slots(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("slots must be at least 1, was 0");
        assertThatThrownBy(() -> ProcessWorkers.of(1).life(ChildLife.defaults().least(2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("least must be at most the number of workers, 1, was 2");
        assertThatThrownBy(() -> Recycling.never().afterTasks(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("tasks must be at least 1, was 0");
        assertThatThrownBy(() -> ChildLife.defaults().memoryBudget(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("memoryBudget must be positive, was 0");
    }
}
