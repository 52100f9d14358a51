#!/bin/bash
# Makes sure that Rust, at least the version that Cargo.toml asks for, a linker
# and cargo-nextest are there.
#
# Changes: if they are missing, the Debian packages rustup, gcc and libc6-dev are
# installed, a toolchain under ~/.rustup, and cargo-nextest in the cache's tools/.
# shellcheck source-path=SCRIPTDIR source=lib/common.sh
. "$(dirname "$0")/lib/common.sh"

nextest_version=0.9.143

wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$repo/Cargo.toml" | head -n 1)
PATH=$cache/tools/bin:$PATH:$HOME/.cargo/bin

rust_is_new_enough() {
    local have
    have=$(rustc --version 2>/dev/null | cut -d' ' -f2) || return 1
    [ -n "$have" ] && cargo --version >/dev/null 2>&1 &&
        [ "$(printf '%s\n' "$wanted" "$have" | sort --version-sort | head -n 1)" = "$wanted" ]
}

lock rust
if ! rust_is_new_enough; then
    command -v rustup >/dev/null || apt_install rustup
    say "installing the stable Rust toolchain (rustup)"
    rustup toolchain install stable --profile minimal --component clippy,rustfmt >&2
    rustup default stable >&2
    rust_is_new_enough || fail "Rust $wanted or newer is needed, and $(rustc --version) is what comes first in PATH"
fi
command -v cc >/dev/null || apt_install gcc libc6-dev
if ! cargo nextest --version >/dev/null 2>&1; then
    say "installing cargo-nextest $nextest_version from source (some minutes)"
    cargo install --quiet --locked --root "$cache/tools" --version "$nextest_version" cargo-nextest >&2
fi
