# Sourced by the scripts beside it, which set `here`: builds, and sets `java`, `pool` (the class path that a user of the
# library would have, and the programs of this module) and `everything` (JMH too).

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
java=$home/bin/java

# `MILLHAND_BUILT=1` says that `mvn package` has just run.
[ "${MILLHAND_BUILT:-}" = 1 ] || (cd "$here/.." && mvn -q -B -pl bench -am -Dmaven.test.skip=true package >&2)

pool=$(ls "$here"/target/millhand-bench-*.jar "$here"/target/lib/millhand-core-*.jar "$here"/target/lib/millhand-process-*.jar | tr '\n' ':')
pool=${pool%:}
everything=$pool:$here/target/lib/*
