#!/bin/sh
# Writes docs/limits/rivals.txt: Netflix's limits in front of the scripted services of millhand-core's tests.
set -eu

cd "$(dirname "$0")/.."
exec mvn -q -B -pl bench -am -Dtest=LimitRivalsTest -Dsurefire.failIfNoSpecifiedTests=false \
    -Dmillhand.limits.write=true test
