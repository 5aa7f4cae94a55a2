package io.millhand.bench.peers;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A program that was started and the processes that it has started, so that none of them is left behind, whatever
/// happens to the program or to this JVM: the tasks of some spin.
///
/// @param all that were ever seen
record Family(Set<ProcessHandle> all) {

    private static final Set<Family> LIVING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> LIVING.forEach(Family::kill), "kill what the programs left"));
    }

    static Family of(Process program) {
        Set<ProcessHandle> all = ConcurrentHashMap.newKeySet();
        all.add(program.toHandle());
        var family = new Family(all);
        LIVING.add(family);
        return family;
    }

    /// Looks who there is, while their parents live: afterwards they cannot be found.
    void look() {
        for (var member : Set.copyOf(all)) {
            member.descendants().forEach(all::add);
        }
    }

    /// A handle knows when its process was started, and does not hit another one with the same number.
    void kill() {
        look();
        all.forEach(ProcessHandle::destroyForcibly);
        LIVING.remove(this);
    }
}
