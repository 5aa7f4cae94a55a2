package io.millhand.process;

/// A child at one moment.
///
/// @param child the child
/// @param busy whether it runs an attempt
/// @param idleNanos how long it has had nothing to do, where it is not busy
/// @param ageNanos since its process was started
/// @param residentBytes what it occupies, or 0 where that is not known
record ChildSample(Child child, boolean busy, long idleNanos, long ageNanos, long residentBytes) {

    static ChildSample of(Child child, boolean busy, long now, boolean withMemory) {
        long residentBytes = withMemory ? ResidentMemory.of(child.process().pid()) : 0;
        return new ChildSample(child, busy, now - child.idleSince(), now - child.bornNanos(), residentBytes);
    }
}
