#!/bin/sh
# Maps a billion no-op tasks through a window of 100 in a heap of 64 MiB, and tells the throughput and the peak heap:
# bench/billion.sh [N].
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/classpath.sh"

exec "$java" -Xmx64m -cp "$pool" io.millhand.bench.Billion "$@"
