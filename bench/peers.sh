#!/bin/sh
# Measures Millhand's child JVMs side by side with other pools: bench/peers.sh [--install] [--quick] [--repetitions N]
# [--out FILE.md]. docs/benchmarks.md tells what is measured and how.
#
# --install   first installs the npm peers and PP4J below bench/target, which needs the network and npm
# --quick     checks that the harness works, in less than a minute; the numbers mean nothing
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/classpath.sh"
. "$here/pp4j.sh"
. "$here/npm.sh"

exec "$java" -cp "$pool" -Dbench.peers="$here/peers" -Dbench.pp4j="$pp4j" io.millhand.bench.peers.PeerHarness "$@"
