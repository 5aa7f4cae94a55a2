package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SignalsTest {

    @Test
    void infersASignalFromTheExitCode() {
        assertThat(Signals.signalOf(137, false, "")).contains("SIGKILL");
        assertThat(Signals.signalOf(143, false, "")).contains("SIGTERM");
        assertThat(Signals.signalOf(152, false, "")).contains("SIGXCPU");
        assertThat(Signals.signalOf(3, false, "")).isEmpty();
    }

    @Test
    void believesAProcessThatAnnouncedItsExit() {
        assertThat(Signals.signalOf(137, true, "")).isEmpty();
    }

    @Test
    void readsTheSignalOfAFatalErrorFromTheReport() {
        assertThat(Signals.signalOf(1, false, "#\n#  SIGSEGV (0xb) at pc=0x00007fd6, pid=1, tid=2\n"))
                .contains("SIGSEGV");
    }
}
