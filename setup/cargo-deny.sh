#!/bin/bash
# Makes sure that cargo-deny, which checks the dependencies' licences, sources and
# doubles, is there.
#
# Changes: tools/bin/cargo-deny in the cache, built from source, if it is missing.
# shellcheck source-path=SCRIPTDIR source=lib/common.sh
. "$(dirname "$0")/lib/common.sh"

version=0.20.2

lock cargo-deny
PATH=$cache/tools/bin:$PATH:$HOME/.cargo/bin
cargo deny --version >/dev/null 2>&1 && exit
say "installing cargo-deny $version from source (some minutes)"
nice cargo install --quiet --locked --root "$cache/tools" --version "$version" cargo-deny >&2
