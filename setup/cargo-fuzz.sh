#!/bin/bash
# Makes sure that cargo-fuzz, which runs libFuzzer on the properties in fuzz/, is there,
# and a C++ compiler to build libFuzzer with.
#
# Changes: tools/bin/cargo-fuzz in the cache, built from source, if it is missing; the
# Debian package g++ if it is missing.
# shellcheck source-path=SCRIPTDIR source=lib/common.sh
. "$(dirname "$0")/lib/common.sh"

version=0.13.2

lock cargo-fuzz
PATH=$cache/tools/bin:$PATH:$HOME/.cargo/bin
command -v c++ >/dev/null || apt_install g++
cargo fuzz --version >/dev/null 2>&1 && exit
say "installing cargo-fuzz $version from source (some minutes)"
nice cargo install --quiet --locked --root "$cache/tools" --version "$version" cargo-fuzz >&2
