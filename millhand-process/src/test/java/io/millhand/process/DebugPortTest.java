package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DebugPortTest {

    @Test
    void findsThePortInWhatTheJvmSays() {
        assertThat(DebugPort.in("Listening for transport dt_socket at address: 43521"))
                .hasValue(43521);
        assertThat(DebugPort.in("Listening for transport dt_socket at address: 43521, they say"))
                .isEmpty();
        assertThat(DebugPort.in("a line of a task")).isEmpty();
    }

    @Test
    void tellsAConnectionFromAListenerAndFromOtherPorts(@TempDir Path folder) throws IOException {
        var table = Files.writeString(folder.resolve("tcp"), """
                  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
                   0: 0100007F:AA01 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1
                   1: 0100007F:AA02 0100007F:AA03 01 00000000:00000000 00:00000000 00000000     0        0 2 1
                """);

        assertThat(DebugPort.isAttached(0xAA01, table)).isFalse();
        assertThat(DebugPort.isAttached(0xAA02, table)).isTrue();
        assertThat(DebugPort.isAttached(0xAA03, table)).isFalse();
        assertThat(DebugPort.isAttached(0xAA02, folder.resolve("none"))).isFalse();
    }
}
