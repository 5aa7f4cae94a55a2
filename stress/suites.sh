#!/bin/sh
# Runs the four suites that must never fail, again and again: stress/suites.sh [TIMES], ten by default. Crash matrix, kill
# at every step, fuzzer of frames (short), a minute of chaos. Stops at the first failure, with Maven's output.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
times=${1:-10}
log=$here/target/suites.log
mkdir -p "$here/target"
cd "$here/.."

i=1
while [ "$i" -le "$times" ]; do
    begin=$(date +%s)
    if ! mvn -B -Dstyle.color=never -Dmaven.javadoc.skip -Dmillhand.every.step=true -pl millhand-process,stress -am \
        -Dtest=FrameFuzzTest -Dit.test='CrashMatrixIT,KillAtStepIT,ChaosIT' \
        -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false verify >"$log" 2>&1; then
        cat "$log"
        echo "round $i of $times failed"
        exit 1
    fi
    tests=$(sed -n 's/.*Tests run: \([0-9]*\), .* -- in .*/\1/p' "$log" | awk '{ sum += $1 } END { print sum }')
    echo "round $i of $times: $tests tests green in $(($(date +%s) - begin)) s"
    i=$((i + 1))
done
