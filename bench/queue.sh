#!/bin/sh
# Measures the queue itself, in one run: no-op throughput with 1, 2 and 8 submitters beside the JDK's executors, and the
# cost of a task behind up to ten million others (which takes up to 12 GiB of memory): bench/queue.sh [--quick] [JMH OPTIONS].
set -eu

exec "$(dirname "$0")/jmh.sh" "$@" 'ManySubmitters|Backlog'
