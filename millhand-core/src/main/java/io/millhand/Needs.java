package io.millhand;

import io.millhand.spi.Carrier;
import java.util.Set;

/// What workers must have to run a task. Tasks of equal needs compete in one [Lane].
///
/// @param requires the qualifications that they must offer
/// @param carriers whose payload the task has: workers in other JVMs must understand one, others need none
record Needs(Set<String> requires, Set<Carrier> carriers) {

    static final Needs NONE = new Needs(Set.of(), Set.of());

    Needs and(Set<String> requires) {
        return requires.isEmpty() ? this : new Needs(requires, carriers);
    }

    boolean metBy(PoolHost pool) {
        return (requires.isEmpty() || pool.offers().containsAll(requires)) && isUnderstoodBy(pool);
    }

    boolean isUnderstoodBy(PoolHost pool) {
        var carrier = pool.carrier();
        return carrier.isEmpty() || carriers.contains(carrier.get());
    }
}
