#!/bin/bash
# Pushes the tag of a release. A tag that is there is never moved.
#
# Changes: `origin`.
#
# usage: release/push-tag.sh VERSION
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

[ $# -eq 1 ] || fail "usage: $0 <version>"
must_be_version "$1"
[ -z "$(git ls-remote origin "refs/tags/v$1")" ] || fail "origin has a tag v$1"
git push --quiet origin "refs/tags/v$1:refs/tags/v$1"
