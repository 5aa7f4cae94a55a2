# Sourced by the scripts beside it that run the npm peers, which set `here`: takes `--install` from the arguments and
# does it, and sets NODE_PATH.

if [ "${1:-}" = --install ]; then
    shift
    mkdir -p "$here/target/peers"
    cp "$here/peers/package.json" "$here/target/peers/"
    (cd "$here/target/peers" && npm install --ignore-scripts --no-package-lock --no-audit --no-fund --silent)
fi

NODE_PATH="$here/target/peers/node_modules${NODE_PATH:+:$NODE_PATH}"
export NODE_PATH
