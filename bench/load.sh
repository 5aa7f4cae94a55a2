#!/bin/sh
# Measures what our child JVMs do under load: latency beside busy workers and behind long queues, submission from many
# threads, payloads, many children, what queued tasks take in the heap: bench/load.sh [--quick] [--rounds N]
# [--out FILE.md]. docs/benchmarks.md tells what is measured and how.
#
# --quick     checks that it works, in less than a minute; the numbers mean nothing
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/classpath.sh"

exec "$java" -cp "$pool" io.millhand.bench.peers.Load "$@"
