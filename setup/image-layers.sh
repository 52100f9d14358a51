#!/bin/bash
# Prints what is in the action's image: for each layer a line `layer BYTES`, as it
# is pulled, and its files as tar lists them. Changes nothing.
#
# usage: setup/image-layers.sh [IMAGE]   IMAGE: greengate:test
# shellcheck source-path=SCRIPTDIR source=lib/common.sh
. "$(dirname "$0")/lib/common.sh"

# The only argument is the image: the engine is the one in use.
# shellcheck disable=SC2119
use_engine
image=${arguments[0]:-greengate:test}
folder=$(mktemp --directory)
trap 'rm -rf "$folder"' EXIT

"$docker" save "$image" | tar --extract --directory "$folder"
# Engines of the older kind save layers as they unpack them.
sed -E 's/.*"Layers":\[([^]]*)\].*/\1/; s/"//g' "$folder/manifest.json" | tr ',' '\n' |
    while read -r layer || [ -n "$layer" ]; do
        layer=$folder/$layer
        # Two bytes tell.
        if [ "$(head --bytes 2 "$layer" | od -An -tx1)" != ' 1f 8b' ]; then
            gzip --suffix .gz "$layer"
            layer=$layer.gz
        fi
        echo "layer $(stat --format %s "$layer")"
        tar --list --verbose --numeric-owner --gzip --file "$layer"
    done
