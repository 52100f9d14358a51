#!/bin/bash
# Prints what the action's program is made of, as an SPDX document: every crate of Cargo.lock that is
# compiled into it for Linux. Changes nothing.
#
# usage: release/sbom.sh VERSION >sbom.spdx.json
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

[ $# -eq 1 ] || fail "usage: $0 <version>"
must_be_version "$1"
# Without what is for tests and for building.
crates=$(cargo tree --package greengate --locked --edges normal --target x86_64-unknown-linux-musl \
    --target aarch64-unknown-linux-musl --prefix none --format '{p}|{l}' | sed 's/ (\*)$//' | sort --unique)
created=$(TZ=UTC git show --no-patch --date=format-local:%Y-%m-%dT%H:%M:%SZ --format=%cd HEAD)
commit=$(git rev-parse HEAD)
jq --raw-input --slurp --arg version "$1" --arg created "$created" --arg commit "$commit" \
    --from-file "$(dirname "$0")/sbom.jq" <<<"$crates"
