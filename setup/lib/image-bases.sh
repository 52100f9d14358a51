# shellcheck shell=bash disable=SC2154
# Stand-ins for the images that the action's Dockerfile starts from. Sourced by
# setup/image.sh, after common.sh.

# Debian's packages of the Rust image, what the Dockerfile adds to them, and the
# multiplexer of toolchains.
rust_packages=ca-certificates,gcc,libc6-dev,musl-tools,rustup

# Builds a stand-in from the Dockerfile on standard input, unless it is there and
# made of the same. $1: its name  $2: what it is made of  $3: the context
build_stand_in() {
    DOCKER_BUILDKIT=1 buildx build --network none --label "greengate.made-of=$2" --tag "$1" --file - "$3" >&2
}

# $1: the stand-in  $2: what it should be made of
is_made_of() {
    [ "$("$docker" image inspect --format '{{index .Config.Labels "greengate.made-of"}}' "$1" 2>/dev/null)" = "$2" ]
}

# The Debian of a Rust image with its packages, without a source of more: what is
# there already is all that the Dockerfile asks for, and no network is needed.
# $1: the release  $2: the image that it becomes
make_debian_for_rust() {
    need_root "a stand-in for a base image has to be made"
    apt_install mmdebstrap debian-archive-keyring
    say "making a Debian $1 with a C compiler (half a minute)"
    # shellcheck disable=SC2016 # mmdebstrap expands it
    mmdebstrap --quiet --variant=minbase --include="$rust_packages" \
        --aptopt='APT::Install-Recommends "false"' \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
        --customize-hook='rm -rf "$1"/etc/apt/sources.list* "$1"/var/lib/apt/lists/*' \
        "$1" - 9>&- |
        "$docker" import --change "LABEL greengate.made-of=$rust_packages" - "$2" >/dev/null
}

# The toolchain of that version in the cache, with what a static program is linked
# with. $1: 1.95.0
provide_toolchain() {
    export RUSTUP_HOME=$cache/images/rust-$1/rustup CARGO_HOME=$cache/images/rust-$1/cargo
    mkdir -p "$CARGO_HOME"
    command -v rustup >/dev/null || apt_install rustup
    rustup toolchain install "$1" --profile minimal --target "$(uname -m)-unknown-linux-musl" \
        --no-self-update >&2
    rustup default "$1" >&2
}

# Debian, the toolchain of that version, and every crate of Cargo.lock, so that
# nothing is asked of a registry. $1: rust:1.95.0-slim-trixie  $2: the stand-in
stand_in_for_rust() {
    local version release debian made_of
    version=$(sed -E 's/^rust:([^-]+)-slim-(.*)$/\1/' <<<"$1")
    release=$(sed -E 's/^rust:([^-]+)-slim-(.*)$/\2/' <<<"$1")
    debian=stand-in/debian-for-rust:$release
    made_of=$(cat "$repo/Cargo.lock" "${BASH_SOURCE[0]}" | sha256sum | cut -d' ' -f1)
    is_made_of "$2" "$made_of" && return
    is_made_of "$debian" "$rust_packages" || make_debian_for_rust "$release" "$debian"
    say "making a stand-in for $1: the toolchain, and the crates of Cargo.lock (half a minute)"
    provide_toolchain "$version"
    "$(rustup which cargo)" fetch --quiet --locked --manifest-path "$repo/Cargo.toml" >&2
    # What is unpacked is in the archives already.
    build_stand_in "$2" "$made_of" "$cache/images/rust-$version" <<EOF
FROM $debian
ENV RUSTUP_HOME=/usr/local/rustup CARGO_HOME=/usr/local/cargo CARGO_NET_OFFLINE=true
ENV PATH=/usr/local/cargo/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
COPY rustup /usr/local/rustup
COPY cargo/registry/index /usr/local/cargo/registry/index
COPY cargo/registry/cache /usr/local/cargo/registry/cache
EOF
}

# The engine folder's buildx, which is Debian's, with the loader and the library
# that it needs in one program. $1: docker/buildx-bin:0.36.1  $2: the stand-in
stand_in_for_buildx() {
    local source program loader made_of folder
    source=$setup/lib/standing-in-for-buildx.rs
    "$setup/engine.sh" --folder
    program=$engine_root/usr/libexec/docker/cli-plugins/docker-buildx
    loader=$(readelf --program-headers "$program" | sed -nE 's/.*program interpreter: (.*)\]/\1/p')
    made_of=$(cat "$source" "$program" | sha256sum | cut -d' ' -f1)
    is_made_of "$2" "$made_of" && return
    say "making a stand-in for $1 out of $program"
    folder=$(mktemp --directory)
    # shellcheck disable=SC2064 # the folder as it is now
    trap "rm -rf $folder" EXIT
    provide_toolchain "$(sed -nE 's/^FROM rust:([^-]+)-.*/\1/p' "$repo/Dockerfile")"
    PROGRAM=$program LOADER=$engine_root$loader LIBRARY=$(echo "$engine_root"/usr/lib/*/libc.so.6) \
        "$(rustup which rustc)" -O --target "$(uname -m)-unknown-linux-musl" -C strip=symbols \
        -o "$folder/buildx" "$source" >&2
    build_stand_in "$2" "$made_of" "$folder" <<EOF
FROM scratch
COPY buildx /buildx
EOF
}

# Makes sure that the stand-in $2 for $1 is there.
provide_stand_in() {
    case $1 in
    rust:*-slim-*) (stand_in_for_rust "$@") ;;
    docker/buildx-bin:*) (stand_in_for_buildx "$@") ;;
    *) fail "there is no stand-in for $1 in ${BASH_SOURCE[0]}" ;;
    esac
}
