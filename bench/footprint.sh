#!/bin/sh
# Tells what an idle child and a thousand tasks that wait occupy: bench/footprint.sh. Takes two minutes; Linux.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/classpath.sh"

exec "$java" -Xmx512m -cp "$pool" io.millhand.bench.Footprint "$@"
