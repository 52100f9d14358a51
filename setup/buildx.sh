#!/bin/bash
# Makes sure that a docker-buildx program is there, and links it as
# bin/docker-buildx in the cache. It runs by itself, without the docker client.
#
# Changes: a symbolic link in the cache; if the machine has no buildx, that of
# the engine folder (see engine.sh) is used.
# shellcheck source-path=SCRIPTDIR source=lib/common.sh
. "$(dirname "$0")/lib/common.sh"

# The first with `--progress=rawjson`.
wanted=0.13

new_enough() {
    local have
    have=$("$1" version 2>/dev/null | sed -nE 's/^[^ ]+ v?([0-9]+\.[0-9]+).*/\1/p') || return 1
    [ -n "$have" ] && [ "$(printf '%s\n' "$wanted" "$have" | sort --version-sort | head -n 1)" = "$wanted" ]
}

find_buildx() {
    local candidate
    for candidate in "$cache/bin/docker-buildx" "$(command -v docker-buildx || true)" \
        "$HOME/.docker/cli-plugins/docker-buildx" \
        /usr/{local/,}{lib,libexec}/docker/cli-plugins/docker-buildx \
        "$engine_root/usr/libexec/docker/cli-plugins/docker-buildx"; do
        if [ -x "$candidate" ] && new_enough "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    return 1
}

buildx=$(find_buildx) || {
    "$setup/engine.sh" --folder
    buildx=$(find_buildx) || fail "no docker-buildx $wanted or newer was found"
}
link docker-buildx "$buildx"
