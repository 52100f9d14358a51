#!/bin/bash
# Makes one image of those of all architectures, under the version's tag, and sees that each of them is in
# it. Prints `digest=sha256:…`.
#
# Changes: the registry. Refuses a tag that is there. Needs `docker login` before it.
#
# usage: release/join-images.sh NAME VERSION AMD64-DIGEST ARM64-DIGEST
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

[ $# -eq 4 ] || fail "usage: $0 <name> <version> <digest for amd64> <digest for arm64>"
name=$1 version=$2
must_be_image_name "$name"
must_be_version "$version"
for digest in "$3" "$4"; do must_be_digest "$digest"; done
[ "$3" != "$4" ] || fail "both architectures have the digest $3"

tag=$name:$version
if buildx imagetools inspect "$tag" >/dev/null 2>&1; then fail "$tag is there already"; fi
buildx imagetools create --tag "$tag" "$name@$3" "$name@$4" >&2
digest=sha256:$(buildx imagetools inspect --raw "$tag" | sha256sum | cut -d' ' -f1)
must_be_digest "$digest"
platforms=$(buildx imagetools inspect "$name@$digest" | sed -nE 's/^ +Platform: +(linux.*)$/\1/p' | sort)
[ "$platforms" = $'linux/amd64\nlinux/arm64' ] || fail "$tag has the platforms ${platforms//$'\n'/, }"
output digest "$digest"
