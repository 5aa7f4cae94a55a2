package io.millhand;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SlotTableTest {

    private final SlotTable table = new SlotTable();

    private static PoolHost host(String... offers) {
        var dispatcher =
                new Dispatcher(QueueConfig.defaults(), new SystemBackend("queue"), Runnable::run, Runnable::run);
        return new PoolHost(dispatcher, "queue", Set.of(offers));
    }

    private static Needs requiring(String... qualifications) {
        return Needs.NONE.and(Set.of(qualifications));
    }

    @CanIgnoreReturnValue
    private SlotTable.Entry take(String... requires) {
        var entry = requireNonNull(table.find(requiring(requires)), "no worker with room offers that");
        table.take(entry);
        return entry;
    }

    @Test
    void givesEachSlotOnce() {
        table.add(new IdleWorker("a", 2), host());
        table.add(new IdleWorker("b", 1), host());
        assertThat(table.total()).isEqualTo(3);
        assertThat(take().worker().name()).isEqualTo("a");
        assertThat(take().worker().name()).isEqualTo("a");
        assertThat(take().worker().name()).isEqualTo("b");
        assertThat(table.hasRoom()).isFalse();
    }

    @Test
    void prefersTheWorkerThatWasFreedLast() {
        table.add(new IdleWorker("a", 1), host());
        table.add(new IdleWorker("b", 1), host());
        var a = take();
        var b = take();
        table.giveBack(b, false);
        table.giveBack(a, false);
        assertThat(take()).isSameAs(a);
    }

    @Test
    void countsNoFurtherThanAnIntGoes() {
        table.add(new IdleWorker("a", Integer.MAX_VALUE), host());
        table.add(new IdleWorker("b", 5), host());
        assertThat(table.total()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void refusesAWorkerWithoutSlots() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> table.add(new IdleWorker("a", 0), host()))
                .withMessage("slots must be at least 1, was 0");
    }

    @Test
    void findsAWorkerThatOffersAllThatIsRequired() {
        table.add(new IdleWorker("plain", 9), host());
        table.add(new IdleWorker("gpu", 1), host("gpu"));
        table.add(new IdleWorker("both", 1), host("gpu", "big"));
        assertThat(take("gpu", "big").worker().name()).isEqualTo("both");
        assertThat(take("gpu").worker().name()).isEqualTo("gpu");
        assertThat(table.find(requiring("gpu"))).isNull();
        assertThat(table.isServed(requiring("gpu"))).isTrue();
        assertThat(table.isServed(requiring("gpu", "other"))).isFalse();
        assertThat(take().worker().name()).isEqualTo("plain");
    }

    @Test
    void givesAWithdrawnWorkerNothingMore() {
        var leaves = new IdleWorker("leaves", 2);
        table.add(leaves, host());
        table.add(new IdleWorker("stays", 1), host());
        var busy = take();
        assertThat(table.withdraw(leaves)).isTrue();
        assertThat(table.total()).isEqualTo(1);
        assertThat(busy.isLeaving()).isTrue();
        assertThat(take().worker().name()).isEqualTo("stays");
        table.giveBack(busy, false);
        assertThat(table.hasRoom()).isFalse();
    }
}
