#!/bin/bash
# Prints what CHANGELOG.md says of a version. Changes nothing.
#
# usage: release/notes.sh 1.2.3
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

[ $# -eq 1 ] || fail "usage: $0 <version>"
must_be_version "$1"
# Up to the next section, without the empty lines around it.
notes=$(awk -v heading="## $1" '$0 == heading { on = 1; next } /^## / { on = 0 } on' CHANGELOG.md)
[ -n "${notes//[[:space:]]/}" ] || fail "CHANGELOG.md has no section '## $1' with something in it"
sed '/./,$!d' <<<"$notes"
