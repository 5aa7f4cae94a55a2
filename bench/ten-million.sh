#!/bin/sh
# Streams ten million items out of a child and into one, with 64 MiB of heap on both sides, and tells the rate and the
# peak heaps: bench/ten-million.sh [N].
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/classpath.sh"

exec "$java" -Xmx64m -cp "$pool" io.millhand.bench.TenMillion "$@"
