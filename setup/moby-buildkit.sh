#!/bin/bash
# Makes sure that the engine has the image that buildx starts a builder of the
# `docker-container` driver from. It is pulled; where that cannot be done, a
# stand-in of the same name is made out of the engine folder: its dockerd has the
# very same BuildKit in it. What it cannot do is to find a base image without a
# registry, so its trials build FROM scratch.
#
# Changes: an image of 300 MB in the engine in use. A builder made of it adds the
# network bridge greengate2.
#
# usage: setup/moby-buildkit.sh [--classic]   --classic: for the classic engine
# shellcheck source-path=SCRIPTDIR source=lib/common.sh
. "$(dirname "$0")/lib/common.sh"

image=moby/buildkit:buildx-stable-1

use_engine "$@"

# One that was made of other programs is made again; a real one has no such label.
made_of=$(cat "$setup"/lib/buildkit/* | sha256sum | cut -d' ' -f1)
label=$("$docker" image inspect --format '{{index .Config.Labels "greengate.made-of"}}' "$image" 2>/dev/null || true)
entrypoint=$("$docker" image inspect --format '{{join .Config.Entrypoint " "}}' "$image" 2>/dev/null || true)
[ "$label" = "$made_of" ] && exit
# The real one's entry point is no path.
[ "$entrypoint" = /usr/local/bin/buildkitd ] || { has_or_pulls "$image" && exit; }
"$setup/engine.sh" --folder
need_root "a stand-in for $image has to be made"
say "making a stand-in for $image out of $engine_root (10 seconds)"
lock moby-buildkit
# Without what only a person or a client needs, and without the host's
# directories, which are empty there.
tar --create --directory "$engine_root" --one-file-system \
    --exclude='./usr/share/*' --exclude='./usr/bin/docker' --exclude='./usr/libexec/docker' \
    --exclude='./var/cache/*' --exclude='./var/lib/apt/*' \
    --exclude='./run/*' --exclude='./tmp/*' --exclude='./dev/*' \
    --transform="s|^\./buildkit/|./usr/local/bin/|" \
    . --directory "$setup/lib" ./buildkit/buildkitd ./buildkit/buildctl |
    "$docker" import --change 'ENTRYPOINT ["/usr/local/bin/buildkitd"]' \
        --change 'VOLUME /var/lib/buildkit' --change "LABEL greengate.made-of=$made_of" - "$image" >/dev/null
