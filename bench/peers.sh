#!/bin/sh
# Measures Millhand's child JVMs side by side with other pools: bench/peers.sh [--install] [--quick] [--repetitions N]
# [--out FILE.md]. docs/benchmarks.md tells what is measured and how.
#
# --install   first installs the npm peers below bench/target, which needs the network and npm
# --quick     checks that the harness works, in less than a minute; the numbers mean nothing
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/classpath.sh"

if [ "${1:-}" = --install ]; then
    shift
    mkdir -p "$here/target/peers"
    cp "$here/peers/package.json" "$here/target/peers/"
    (cd "$here/target/peers" && npm install --ignore-scripts --no-package-lock --no-audit --no-fund --silent)
fi

NODE_PATH="$here/target/peers/node_modules${NODE_PATH:+:$NODE_PATH}"
export NODE_PATH
exec "$java" -cp "$pool" -Dbench.peers="$here/peers" io.millhand.bench.peers.PeerHarness "$@"
