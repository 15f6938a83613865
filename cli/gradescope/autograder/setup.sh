#!/bin/sh
# Gradescope runs this once, as root, when the autograder's image is built. Choose a base image of Ubuntu 22.04 or newer.
set -eu
home=${AUTOGRADER:-/autograder}
ready() {
    command -v git >/dev/null || return 1
    for python in python3.14 python3.13 python3.12 python3.11 python3; do
        "$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && return 0
    done
    return 1
}
if ! ready; then
    apt-get update
    apt-get install -y --no-install-recommends ca-certificates git
    apt-get install -y --no-install-recommends python3.12 python3.12-venv ||
        apt-get install -y --no-install-recommends python3.11 python3.11-venv
fi
mkdir -p "$home/chainrule"
cd "$home/chainrule"
git init --quiet
git fetch --quiet --depth 1 @@URL@@ @@COMMIT@@
git checkout --quiet --force @@COMMIT@@
GRADER_VENV="$home/venv" ./run setup grade
GRADER_VENV="$home/venv" ./run grader doctor || true # what this machine can do for the box, in the log of the build
