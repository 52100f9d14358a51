#!/bin/bash
# Builds the action's image for the platform of this machine and pushes it by digest, under no tag, so
# that nobody gets it before it is joined. Prints `<architecture>=sha256:…`.
#
# Changes: the registry. Needs `docker login` before it.
#
# usage: release/push-image.sh NAME ARCHITECTURE [OPTION OF BUILDX…]
#        release/push-image.sh registry.example/greengate amd64 --provenance=mode=max
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

[ $# -ge 2 ] || fail "usage: $0 <name> amd64|arm64 [<option of buildx>…]"
name=$1 architecture=$2
shift 2
must_be_image_name "$name"
case $architecture in
amd64 | arm64) ;;
*) fail "the architecture is amd64 or arm64, and not '$architecture'" ;;
esac

metadata=$(mktemp)
trap 'rm -f "$metadata"' EXIT
buildx build --platform "linux/$architecture" --metadata-file "$metadata" "$@" \
    --output "type=image,name=$name,push-by-digest=true,name-canonical=true,push=true,oci-mediatypes=true" . >&2
digest=$(sed -nE 's/^ *"containerimage\.digest": "(.*)",?$/\1/p' "$metadata")
must_be_digest "$digest"
output "$architecture" "$digest"
