#!/bin/sh
# Runs the JMH benchmarks: bench/jmh.sh [--quick] [JMH OPTIONS]. `bench/jmh.sh -h` lists them.
#
# --quick     a check in less than two minutes; the numbers mean little
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/classpath.sh"

if [ "${1:-}" = --quick ]; then
    shift
    set -- -f 1 -wi 2 -w 1 -i 3 -r 1 "$@"
fi

# JMH itself uses Unsafe, which newer JDKs warn about.
exec "$java" --sun-misc-unsafe-memory-access=allow -cp "$everything" org.openjdk.jmh.Main \
    -jvmArgsPrepend --sun-misc-unsafe-memory-access=allow "$@"
