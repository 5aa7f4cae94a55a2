package io.millhand;

import java.util.Set;
import java.util.TreeSet;

/// The flows whose head requires the same qualifications. Touched under the dispatcher's lock only.
final class Lane {

    final Set<String> requires;

    /// Those whose head may start, the next one first.
    final TreeSet<Flow> eligible = new TreeSet<>(Flow.NEXT);

    Lane(Set<String> requires) {
        this.requires = requires;
    }
}
