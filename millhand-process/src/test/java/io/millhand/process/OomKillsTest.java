package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.MemoryCause;
import io.millhand.testkit.Guarantee;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OomKillsTest {

    private static final String V1 = "sys/fs/cgroup/memory/docker/a/memory.oom_control";
    private static final String V2 = "sys/fs/cgroup/system.slice/app.scope/memory.events";

    @TempDir
    Path root;

    private OomKills kills;

    @BeforeEach
    void plant() throws IOException {
        kills = new OomKills(root);
        write("proc/vmstat", "nr_free_pages 12\noom_kill 5\n");
    }

    @Test
    @Guarantee("6.8.7")
    void tellsAKillInTheGroupOfVersionTwo() throws IOException {
        write("proc/7/cgroup", "0::/system.slice/app.scope\n");
        write(V2, "low 0\noom 1\noom_kill 1\noom_group_kill 0\n");
        var before = kills.countFor(7);
        write(V2, "low 0\noom 2\noom_kill 2\noom_group_kill 0\n");
        write("proc/vmstat", "oom_kill 6\n");

        assertThat(kills.causeOf(before)).isEqualTo(MemoryCause.CONTAINER);
    }

    @Test
    @Guarantee("6.8.7")
    void tellsAKillInTheGroupOfVersionOne() throws IOException {
        write("proc/7/cgroup", "5:cpu,cpuacct:/docker/a\n4:memory:/docker/a\n0::/\n");
        write(V1, "oom_kill_disable 0\nunder_oom 0\noom_kill 0\n");
        var before = kills.countFor(7);
        write(V1, "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n");

        assertThat(kills.causeOf(before)).isEqualTo(MemoryCause.CONTAINER);
    }

    @Test
    void findsTheGroupOfAContainerThatSeesOnlyItself() throws IOException {
        write("proc/7/cgroup", "0::/system.slice/docker-abc.scope\n");
        write("sys/fs/cgroup/memory.events", "oom_kill 0\n");
        var before = kills.countFor(7);
        write("sys/fs/cgroup/memory.events", "oom_kill 1\n");

        assertThat(kills.causeOf(before)).isEqualTo(MemoryCause.CONTAINER);
    }

    @Test
    void tellsAKillThatWasInNoGroupOfOurs() throws IOException {
        write("proc/7/cgroup", "0::/system.slice/app.scope\n");
        write(V2, "oom_kill 1\n");
        var before = kills.countFor(7);
        write("proc/vmstat", "oom_kill 6\n");

        assertThat(kills.causeOf(before)).isEqualTo(MemoryCause.MACHINE);
    }

    @Test
    @Guarantee("6.8.7")
    void tellsNoneWhereNoCounterHasGrown() throws IOException {
        write("proc/7/cgroup", "0::/system.slice/app.scope\n");
        write(V2, "oom_kill 1\n");

        assertThat(kills.causeOf(kills.countFor(7))).isEqualTo(MemoryCause.NONE);
    }

    @Test
    void explainsOneDeathByOneKill() throws IOException {
        write("proc/7/cgroup", "0::/system.slice/app.scope\n");
        write("proc/8/cgroup", "0::/system.slice/app.scope\n");
        write(V2, "oom_kill 0\n");
        var one = kills.countFor(7);
        var other = kills.countFor(8);
        write(V2, "oom_kill 1\n");
        write("proc/vmstat", "oom_kill 6\n");

        assertThat(kills.causeOf(one)).isEqualTo(MemoryCause.CONTAINER);
        assertThat(kills.causeOf(other)).isEqualTo(MemoryCause.NONE);
    }

    @Test
    void knowsNothingWhereThereAreNoSuchFiles() throws IOException {
        Files.delete(root.resolve("proc/vmstat"));
        var before = kills.countFor(7);
        write("proc/vmstat", "oom_kill 6\n");

        assertThat(kills.causeOf(before)).isEqualTo(MemoryCause.NONE);
    }

    @Test
    void knowsNothingWhereTheCounterIsNoNumber() throws IOException {
        write("proc/vmstat", "oom_kill many\n");
        var before = kills.countFor(7);
        write("proc/vmstat", "oom_kill 6\n");

        assertThat(kills.causeOf(before)).isEqualTo(MemoryCause.NONE);
    }

    private void write(String path, String content) throws IOException {
        var file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
