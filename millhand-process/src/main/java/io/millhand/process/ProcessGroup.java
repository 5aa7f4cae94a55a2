package io.millhand.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// What a dead child has left behind: the processes of its group (Linux).
final class ProcessGroup {

    private static final Path PROC = Path.of("/proc");

    /// Where the id of the group stands in `/proc/<pid>/stat`, counted from the state, which follows the command's
    /// name.
    private static final int GROUP_FIELD = 2;

    private static final int LOOKS = 200;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private ProcessGroup() {}

    /// Kills all members but this process; returns when none is left, or after a while: a process in the depths of the
    /// kernel cannot be
    /// killed. The id of the group cannot belong to anybody else as long as the group has members.
    static void kill(long group) {
        var members = members(group);
        for (int look = 0; !members.isEmpty() && look < LOOKS; look++) {
            members.forEach(ProcessHandle::destroyForcibly);
            LockSupport.parkNanos(LOOK_NANOS);
            members = members(group);
        }
    }

    private static List<ProcessHandle> members(long group) {
        long self = ProcessHandle.current().pid();
        try (Stream<Path> processes = Files.list(PROC)) {
            return processes
                    .filter(path -> path.getFileName().toString().chars().allMatch(Character::isDigit))
                    .filter(path -> isMember(path, group))
                    .flatMap(path ->
                            ProcessHandle.of(Long.parseLong(path.getFileName().toString())).stream())
                    .filter(process -> process.isAlive() && process.pid() != self)
                    .toList();
        } catch (IOException _) {
            return List.of(); // no such folder: not on Linux
        }
    }

    private static boolean isMember(Path process, long group) {
        try {
            String stat = Files.readString(process.resolve("stat"));
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", GROUP_FIELD + 2);
            boolean zombie = fields[0].equals("Z");
            return !zombie && fields[GROUP_FIELD].equals(Long.toString(group));
        } catch (IOException | IndexOutOfBoundsException _) {
            return false; // gone meanwhile
        }
    }
}
