package io.millhand;

import java.util.TreeSet;

/// The flows whose head needs the same. Touched under the dispatcher's lock only.
final class Lane {

    final Needs needs;

    /// Those whose head may start, the next one first.
    final TreeSet<Flow> eligible = new TreeSet<>(Flow.NEXT);

    Lane(Needs needs) {
        this.needs = needs;
    }
}
