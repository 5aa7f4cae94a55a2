/// Runs our pool and other languages' pools side by side on the same work: `bench/peers.sh`.
@NullMarked
package io.millhand.bench.peers;

import org.jspecify.annotations.NullMarked;
