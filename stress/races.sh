#!/bin/sh
# Runs the races of the queue's own state, the long way: stress/races.sh [JCSTRESS OPTIONS], as `-m stress` or
# `-t CloseAgainst`. The report is stress/target/races/index.html.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
cd "$here/.."
exec mvn -B -Dstyle.color=never -Dmaven.javadoc.skip -pl stress -am -Dtest='No*' -Dit.test=RacesIT \
    -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false \
    -Draces.folder="$here/target/races" -Draces.options="${*:--m default}" verify
