#!/bin/sh
# Measures how much of two cores tasks of 10 us to 100 ms get in two children, beside threads: bench/scaling.sh
# [--quick] [--rounds N] [--out FILE.md]. docs/benchmarks.md tells what is measured and how.
#
# --quick     checks that it works, in half a minute; the numbers mean nothing
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/classpath.sh"

exec "$java" -cp "$pool" io.millhand.bench.peers.Scaling "$@"
