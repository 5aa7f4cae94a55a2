package io.millhand.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

final class SamplesTest {

    @Test
    void medianIsTheMiddleOne() {
        assertThat(Samples.median(new double[] {9, 1, 5})).isEqualTo(5);
        assertThat(Samples.median(new double[] {4})).isEqualTo(4);
    }

    @Test
    void medianOfAnEvenNumberIsTheMeanOfTheMiddle() {
        assertThat(Samples.median(new double[] {8, 2, 4, 6})).isEqualTo(5);
    }

    @Test
    void percentileIsAValueThatWasSeen() {
        var values = new double[100];
        for (int i = 0; i < values.length; i++) {
            values[i] = 100 - i;
        }
        assertThat(Samples.percentile(values, 0.5)).isEqualTo(50);
        assertThat(Samples.percentile(values, 0.99)).isEqualTo(99);
        assertThat(Samples.percentile(values, 1)).isEqualTo(100);
    }

    @Test
    void leavesTheValuesAsTheyAre() {
        var values = new double[] {3, 1, 2};
        Samples.median(values);
        assertThat(values).containsExactly(3, 1, 2);
    }

    @Test
    void refusesWhatHasNoMedian() {
        assertThatIllegalArgumentException().isThrownBy(() -> Samples.median(new double[0]));
        assertThatIllegalArgumentException().isThrownBy(() -> Samples.percentile(new double[] {1}, 0));
    }
}
