package io.millhand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

final class TaskTest {

    private final Task<String> task = Task.of(() -> "value");

    @Test
    void hasNoLimitsByDefault() {
        assertThat(task.clocks()).isEqualTo(Clocks.NONE);
        assertThat(task.placement()).isEqualTo(Placement.DEFAULT);
        assertThat(task.retry()).isEqualTo(RetryPolicy.none());
        assertThat(task.headers()).isEmpty();
    }

    @Test
    void isNamedAfterTheClassOfItsRecipe() {
        assertThat(task.name()).isEqualTo(TaskTest.class.getName());
        assertThat(Task.of(() -> {}).name()).isEqualTo(TaskTest.class.getName());
        assertThat(Task.of(new Recipe()).name()).isEqualTo(Recipe.class.getName());
    }

    private static final class Recipe implements Callable<String> {
        @Override
        public String call() {
            return "value";
        }
    }

    @Test
    void changesOneOptionAtATime() {
        var retry = RetryPolicy.exponential(3);
        var changed =
                task.named("page 7").timeout(Duration.ofSeconds(5)).retry(retry).headers(Map.of("trace", "00"));
        assertThat(changed)
                .isEqualTo(new Task<>(
                        task.call(),
                        "page 7",
                        Clocks.NONE.timeout(Duration.ofSeconds(5)),
                        retry,
                        Placement.DEFAULT,
                        Map.of("trace", "00"),
                        Reporting.DEFAULT));
    }

    @Test
    void copiesItsHeaders() {
        var headers = new HashMap<>(Map.of("trace", "00"));
        var withHeaders = task.headers(headers);
        headers.clear();
        assertThat(withHeaders.headers()).isEqualTo(Map.of("trace", "00"));
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> withHeaders.headers().clear());
    }

    @Test
    void succeedsWithNullWhereItIsARunnable() throws Exception {
        assertThat(Task.of(() -> {}).call().call()).isNull();
    }

    @Test
    void refusesATimeoutThatIsNotPositive() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> task.timeout(Duration.ZERO))
                .withMessage("timeout must be positive, was PT0S; leave it out for no limit");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> task.timeout(Duration.ofMillis(-1)))
                .withMessage("timeout must be positive, was PT-0.001S; leave it out for no limit");
    }

    @Test
    @SuppressWarnings({"NullAway", "DataFlowIssue"})
    void refusesNulls() {
        assertThatNullPointerException()
                .isThrownBy(() -> Task.of((Callable<String>) null))
                .withMessage("a task needs something to call, was null");
        assertThatNullPointerException()
                .isThrownBy(() -> Task.of((Runnable) null))
                .withMessage("a task needs something to call, was null");
        assertThatNullPointerException()
                .isThrownBy(() -> Task.call(null))
                .withMessage("a task needs something to call, was null");
        assertThatNullPointerException().isThrownBy(() -> task.named(null)).withMessage("name");
        assertThatNullPointerException().isThrownBy(() -> task.timeout(null)).withMessage("timeout");
        assertThatNullPointerException().isThrownBy(() -> task.retry(null)).withMessage("retry");
        assertThatNullPointerException().isThrownBy(() -> task.headers(null));
    }
}
