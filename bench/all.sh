#!/bin/sh
# Runs all benchmarks that compare children with other pools and with their aims, one after another: bench/all.sh
# [--install] [--out FOLDER]. Takes as long as they do together, on a quiet machine. docs/benchmarks.md tells what each one measures.
#
# --install   first installs the peers below bench/target, which needs the network and npm
# --out       where the tables go; bench/target/all unless told
set -eu

here=$(cd "$(dirname "$0")" && pwd)
install=
out=$here/target/all
while [ $# -gt 0 ]; do
    case $1 in
        --install) install=--install ;;
        --out)
            out=${2:?--out needs a folder}
            shift
            ;;
        *)
            echo "all.sh: knows --install and --out FOLDER, was given $1" >&2
            exit 2
            ;;
    esac
    shift
done
mkdir -p "$out"

"$here/peers.sh" $install --out "$out/peers.md"
export MILLHAND_BUILT=1
"$here/recovery.sh" $install --out "$out/recovery.md"
"$here/load.sh" --out "$out/load.md"
"$here/scaling.sh" --out "$out/scaling.md"
"$here/footprint.sh" >"$out/footprint.txt"
"$here/streams.sh" >"$out/streams.txt"
"$here/queue.sh" --quick >"$out/queue.txt"
echo "tables are in $out"
