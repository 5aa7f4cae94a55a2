#!/bin/sh
# Runs chaos: stress/chaos.sh [--minutes N] [--tasks N] [--seed N] [--workers N]. Without options an hour or 100,000 tasks,
# whichever ends first, with a seed that it prints. Exits with 1 where anything differs from the plan.
set -eu

here=$(cd "$(dirname "$0")" && pwd)

# The launcher knows how to find a JDK that is new enough: its functions are taken from there.
least=25
tool=javac
fail() {
    printf '%s\n' "$1" >&2
    exit 2
}
eval "$(sed -n '/^usable() {/,/^}/p; /^on_path() {/,/^}/p; /^find_jdk() {/,/^}/p' "$here/../millhand")"
: "${MILLHAND_JAVA_HOME:=}" "${JAVA_HOME:=}"
find_jdk
JAVA_HOME=$home # for Maven too
export JAVA_HOME

# `MILLHAND_BUILT=1` says that `mvn package` has just run.
[ "${MILLHAND_BUILT:-}" = 1 ] || (cd "$here/.." && mvn -q -B -pl stress -am -Dmaven.test.skip=true package >&2)

path=$(ls "$here"/target/millhand-stress-*.jar "$here"/../millhand-core/target/millhand-core-*.jar \
    "$here"/../millhand-process/target/millhand-process-*.jar | grep -v -e -sources -e -javadoc | tr '\n' ':')
exec "$home/bin/java" -Xmx512m -Djava.util.logging.config.file="$here/logging.properties" -cp "${path%:}" \
    io.millhand.stress.Chaos "$@"
