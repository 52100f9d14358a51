#!/bin/bash
# Makes sure that the engine has the action's image, built from this checkout, as
# greengate:test. The images that its Dockerfile starts from are pulled; where
# that cannot be done, stand-ins are made out of Debian packages and what this
# machine builds with.
#
# What was built before is kept by the engine: a change of the sources costs the
# last stages, a change of the manifests all of it.
#
# Changes: images and a build cache in the engine in use; with stand-ins also the
# Debian package mmdebstrap, a toolchain and the crates in the cache (1.5 GB in all).
#
# usage: setup/image.sh
# shellcheck source-path=SCRIPTDIR source=lib/common.sh source=lib/image-bases.sh
. "$(dirname "$0")/lib/common.sh"
. "$setup/lib/image-bases.sh"

image=greengate:test

use_engine "$@"
PATH=$cache/bin:$PATH:$HOME/.cargo/bin

# By itself, and by the engine's own builder: whatever builder is in use, a later
# step finds the image.
buildx() { docker-buildx --builder default "$@"; }

# Of all that the image is built from, as .dockerignore lets it in: the tests look
# for it, so that they never run on an image of other sources.
sources() {
    cd "$repo"
    find Cargo.toml Cargo.lock Dockerfile bench/Cargo.toml sandbox/Cargo.toml src -type f -print0 |
        LC_ALL=C sort --zero-terminated | xargs --null sha256sum | sha256sum | cut -d' ' -f1
}

# What users wait for, for every run on a fresh runner.
print_sizes() {
    "$setup/image-layers.sh" "$image" | awk '
        $1 == "layer" { bytes = $2; all += bytes }
        $NF ~ /docker-buildx$/ { buildx = bytes }
        END {
            mebi = 1024 * 1024
            printf "setup: the image is pulled as %.1f MiB: %.1f of them buildx, %.1f all the rest\n",
                all / mebi, buildx / mebi, (all - buildx) / mebi
        }' >&2
}

is_there() {
    [ "$("$docker" image inspect --format '{{index .Config.Labels "greengate.sources"}}' "$image" 2>/dev/null)" = "$1" ]
}

lock image
sources=$(sources)
if is_there "$sources"; then
    print_sizes
    exit
fi

options=()
while read -r base; do
    has_or_pulls "$base" </dev/null && continue
    name=${base%@*}
    provide_stand_in "$name" "stand-in/$name" </dev/null
    options+=(--build-context "$base=docker-image://stand-in/$name")
    # What a stand-in lacks, it must not fetch.
    network=none
done < <(sed -nE 's/^FROM ([^ ]+@sha256:[^ ]+).*/\1/p' "$repo/Dockerfile")

say "building the action's image (some minutes, unless it was built before)"
buildx build "${options[@]}" --network "${network-default}" --provenance false \
    --label "greengate.sources=$sources" --tag "$image" --load "$repo" >&2
print_sizes
