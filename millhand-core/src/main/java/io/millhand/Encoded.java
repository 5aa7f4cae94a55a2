package io.millhand;

import io.millhand.spi.Carrier;
import io.millhand.spi.Payload;
import java.util.Map;
import java.util.Optional;

/// A task in the forms in which it travels.
///
/// @param needs what workers must have to run it, besides what it requires
/// @param payloads one of each carrier
record Encoded(Needs needs, Map<Carrier, Payload> payloads) {

    /// A task that stays in this JVM.
    static final Encoded NOT = new Encoded(Needs.NONE, Map.of());

    /// The form that workers understand.
    Optional<Payload> understoodBy(PoolHost pool) {
        return pool.carrier().map(payloads::get);
    }
}
