package io.millhand;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.LimitSimulation.Gate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Limits in front of scripted services, in virtual time.
///
/// The seeds are fixed: the same figures come out everywhere, and `docs/limits/millhand.txt` holds them. After a change
/// that was meant, write it anew with `-Dmillhand.limits.write=true`.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LimitSimulationTest {

    private static final int SEEDS = 5;
    private static final int FROM = 5;
    private static final int TO = LimitScript.LENGTH;
    private static final Path REPORT = Path.of("..", "docs", "limits", "millhand.txt");

    /// Runs are the same each time, so once is enough.
    private final Map<LimitScript, LimitMeasure[]> measures = new EnumMap<>(LimitScript.class);

    private LimitMeasure[] adaptive(LimitScript script) {
        return measures.computeIfAbsent(script, _ -> {
            var bySeed = new LimitMeasure[SEEDS];
            for (int seed = 0; seed < SEEDS; seed++) {
                bySeed[seed] = script.run(Gate.of(Limits.adaptive(1, 200)), seed);
            }
            return bySeed;
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"QUOTA", "QUOTA_FAST", "QUOTA_TOKENS"})
    void usesNineTenthsOfAQuotaAndIsRefusedAtMostOnceInAHundred(LimitScript script) {
        for (var measure : adaptive(script)) {
            assertThat(measure.throughput(FROM, TO)).isGreaterThanOrEqualTo(90);
            assertThat(measure.refusedPercent(FROM, TO)).isLessThanOrEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"QUOTA", "QUOTA_FAST", "QUOTA_TOKENS"})
    void usesAllOfAQuotaThatItWasToldOf(LimitScript script) {
        var measure = script.run(Gate.of(Limits.rate(100, Duration.ofSeconds(1))), 0);

        assertThat(measure.throughput(FROM, TO)).isGreaterThanOrEqualTo(99);
        assertThat(measure.refusedPercent(FROM, TO)).isLessThanOrEqualTo(0.1);
    }

    @ParameterizedTest
    @EnumSource(names = {"OUTAGE", "OUTAGE_HANGS", "OUTAGE_TOLD"})
    void isBackWithinTenSecondsAfterAnOutage(LimitScript script) {
        for (var measure : adaptive(script)) {
            assertThat(script.secondsToRecover(measure)).isBetween(1, 10);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STEADY", "EXPONENTIAL", "SHEDDING"})
    void keepsLatencyUnderOverloadWithinThreeTimesTheUnloadedOne(LimitScript script) {
        for (var measure : adaptive(script)) {
            assertThat(measure.meanMillis(FROM, TO)).isLessThanOrEqualTo(3 * script.unloadedMillis());
            assertThat(measure.throughput(FROM, TO)).as("of 400").isGreaterThanOrEqualTo(360);
        }
    }

    @Test
    void keepsAServiceBusyThroughChangesOfItsCapacity() {
        for (var measure : adaptive(LimitScript.CAPACITY)) {
            assertThat(measure.throughput(70, 120)).as("of 100").isGreaterThanOrEqualTo(90);
            assertThat(measure.meanMillis(70, 120)).isLessThanOrEqualTo(150);
            assertThat(measure.throughput(130, TO)).as("of 800").isGreaterThanOrEqualTo(720);
            assertThat(measure.meanMillis(130, TO)).isLessThanOrEqualTo(150);
        }
    }

    @Test
    void followsAServiceThatBecomesSlowerAndFaster() {
        for (var measure : adaptive(LimitScript.SPEED)) {
            assertThat(measure.throughput(80, 120)).as("of 100").isGreaterThanOrEqualTo(90);
            assertThat(measure.meanMillis(80, 120)).isLessThanOrEqualTo(600);
            assertThat(measure.throughput(130, TO)).as("of 1,000").isGreaterThanOrEqualTo(900);
            assertThat(measure.meanMillis(130, TO)).isLessThanOrEqualTo(60);
        }
    }

    @Test
    void isNotMisledByLongCallsAmongShortOnes() {
        for (var measure : adaptive(LimitScript.MIXED)) {
            assertThat(measure.throughput(FROM, TO)).as("of 339").isGreaterThanOrEqualTo(290);
        }
    }

    @Test
    void doesNotGrowWhileDemandIsLow() {
        for (var measure : adaptive(LimitScript.IDLE)) {
            assertThat(measure.limit(119, 120)).isLessThanOrEqualTo(32);
            assertThat(measure.meanMillis(120, 125)).isLessThanOrEqualTo(150);
        }
    }

    @Test
    void printsWhatTheDocumentHolds() throws IOException {
        var report = new StringBuilder("""
                Limits in front of scripted services, in virtual time, written by LimitSimulationTest.
                Each script lasts 180 s. ok/s: successes a second; refused: told to back off, of all attempts; latency is
                that of successes; limit: mean over the seconds. What each script holds to is in docs/limits.md.
                """);
        for (var script : LimitScript.values()) {
            report.append('\n').append(script.heading());
            report.append(script.row("adaptive(1, 200)", adaptive(script)[0]));
            for (int n : new int[] {10, 100}) {
                report.append(script.row("fixed(%d)".formatted(n), script.run(Gate.of(Limits.fixed(n)), 0)));
            }
            if (script.name().startsWith("QUOTA")) {
                var rate = Limits.rate(100, Duration.ofSeconds(1));
                report.append(script.row("rate(100, 1 s)", script.run(Gate.of(rate), 0)));
            }
        }
        if (Boolean.getBoolean("millhand.limits.write")) {
            Files.createDirectories(REPORT.getParent());
            Files.writeString(REPORT, report);
        }
        assertThat(Files.readString(REPORT)).isEqualTo(report.toString());
    }
}
