#!/bin/sh
# Measures streamed items beside a SubmissionPublisher and a bare socket, and the messages that a task in a child sends:
# bench/streams.sh.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/classpath.sh"

"$java" -cp "$pool" io.millhand.bench.StreamRates
exec "$java" -cp "$pool" io.millhand.bench.Messages
