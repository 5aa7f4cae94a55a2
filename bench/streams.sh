#!/bin/sh
# Measures streamed items beside a SubmissionPublisher and a bare socket, the memory of both sides while a reader is a
# hundred times slower than its producer, and the messages that a task in a child sends:
# bench/streams.sh.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/classpath.sh"

"$java" -cp "$pool" io.millhand.bench.StreamRates
"$java" -cp "$pool" io.millhand.bench.SlowReader
exec "$java" -cp "$pool" io.millhand.bench.Messages
