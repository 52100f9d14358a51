#!/bin/bash
# Decides whether the commit that is checked out may be released under a tag: the tag's form, the version
# in Cargo.toml, the section in CHANGELOG.md, that the commit is on main, that the version is new, that
# action.yml and the workflows name no release yet. Prints `version=…`.
#
# Changes: nothing. It asks `origin` for its tags.
#
# usage: release/check.sh release-1.2.3
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

[ $# -eq 1 ] || fail "usage: $0 release-<version>"
version=${1#release-}
[ "$version" != "$1" ] || fail "the tag of a commit to release is release-<version>, and not '$1'"
must_be_version "$version"

in_cargo=$(sed -nE '/^\[workspace\.package\]/,/^\[/s/^version = "(.*)"$/\1/p' Cargo.toml)
[ "$in_cargo" = "$version" ] || fail "Cargo.toml is at version $in_cargo, not $version"
release/notes.sh "$version" >/dev/null

git fetch --quiet origin main
git merge-base --is-ancestor HEAD FETCH_HEAD || fail "$(git rev-parse HEAD) is not on main"
[ -z "$(git ls-remote origin "refs/tags/v$version")" ] || fail "v$version is released already"

must_be_unreleased_action
must_be_unreleased_workflows

output version "$version"
