package io.millhand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.millhand.spi.Assignment;
import io.millhand.spi.Worker;
import org.junit.jupiter.api.Test;

final class SlotTableTest {

    private record Idle(String name, int slots) implements Worker {
        @Override
        public void assign(Assignment assignment) {}

        @Override
        public void kill(Assignment assignment) {}

        @Override
        public void cancel(Assignment assignment) {}
    }

    private final SlotTable table = new SlotTable();

    @Test
    void givesEachSlotOnce() {
        table.add(new Idle("a", 2));
        table.add(new Idle("b", 1));
        assertThat(table.total()).isEqualTo(3);
        assertThat(table.take().worker().name()).isEqualTo("a");
        assertThat(table.take().worker().name()).isEqualTo("a");
        assertThat(table.take().worker().name()).isEqualTo("b");
        assertThat(table.hasRoom()).isFalse();
    }

    @Test
    void prefersTheWorkerThatWasFreedLast() {
        table.add(new Idle("a", 1));
        table.add(new Idle("b", 1));
        var a = table.take();
        var b = table.take();
        table.giveBack(b);
        table.giveBack(a);
        assertThat(table.take()).isSameAs(a);
    }

    @Test
    void countsNoFurtherThanAnIntGoes() {
        table.add(new Idle("a", Integer.MAX_VALUE));
        table.add(new Idle("b", 5));
        assertThat(table.total()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void refusesAWorkerWithoutSlots() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> table.add(new Idle("a", 0)))
                .withMessage("slots must be at least 1, was 0");
    }
}
