#!/bin/sh
# Gives 100 tasks on two children 100 MiB that they share, and some that capture it: bench/sharing.sh. Takes 2 GiB.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/classpath.sh"

exec "$java" -Xmx1500m -cp "$pool" io.millhand.bench.Sharing "$@"
