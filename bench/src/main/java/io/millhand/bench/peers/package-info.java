/// Runs our pool and other languages' pools side by side on the same work: `bench/peers.sh`. And ours under load and
/// beside threads: `bench/load.sh`, `bench/scaling.sh`.
@NullMarked
package io.millhand.bench.peers;

import org.jspecify.annotations.NullMarked;
