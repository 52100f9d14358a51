#!/bin/bash
# Moves the tag of a major version, v1, to the release v1.2.3: the last step, when all else went well. A
# release of an older line does not move it back.
#
# Changes: `origin`.
#
# usage: release/move-major.sh VERSION
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

[ $# -eq 1 ] || fail "usage: $0 <version>"
version=$1
must_be_version "$version"
major=v${version%%.*}
git fetch --quiet --force --tags origin
git rev-parse --quiet --verify "refs/tags/v$version" >/dev/null || fail "there is no tag v$version"
newest=$(git tag --list "$major.*" | sed 's/^v//' | sort --version-sort | tail -n 1)
if [ "$newest" != "$version" ]; then
    echo "$major stays at $newest, which is newer than $version" >&2
    output moved false
    exit
fi
git push --quiet --force origin "refs/tags/v$version^{commit}:refs/tags/$major"
output moved true
