#!/bin/bash
# Makes sure that the engine has the image that the example's Dockerfile starts
# from. It is pulled; where that cannot be done, a stand-in of the same name is
# made out of Debian packages.
#
# Changes: an image in the engine in use; the Debian package mmdebstrap and a
# 60 MB file in the cache if a stand-in is made.
#
# usage: setup/base-images.sh [--classic]   --classic: for the classic engine
# shellcheck source-path=SCRIPTDIR source=lib/common.sh
. "$(dirname "$0")/lib/common.sh"

use_engine "$@"

# The Debian release whose python3 is 3.13.
suite=trixie

# Python and its standard library, in a Debian without its package manager.
make_python() {
    need_root "a stand-in for a base image has to be made"
    apt_install mmdebstrap debian-archive-keyring
    say "making a stand-in for $image out of Debian $suite in $1 (20 seconds)"
    mkdir -p "$(dirname "$1")"
    # What an image of a small web service has no use for.
    local unused=(/usr/share/doc /usr/share/man /usr/share/info /usr/share/locale /usr/share/zoneinfo
        /usr/share/common-licenses /usr/lib/*/gconv /usr/lib/*/perl-base /usr/lib/locale /var/cache/debconf
        /var/lib/dpkg/info)
    mmdebstrap --quiet --variant=essential --include=python3-minimal,libpython3.13-stdlib,ca-certificates \
        --aptopt='APT::Install-Recommends "false"' \
        --customize-hook="cd \"\$1\" && rm -rf ${unused[*]/#/.} ./usr/bin/perl*" \
        "$suite" "$1.partial.tar" >&2 9>&-
    mv "$1.partial.tar" "$1"
}

provide() {
    image=$1
    has_or_pulls "$image" && return
    local tar=$cache/images/${image//[:\/]/-}.tar
    case $image in
    python:3.13-slim) [ -e "$tar" ] || make_python "$tar" ;;
    *) fail "there is no stand-in for $image in $0" ;;
    esac
    "$docker" import --change 'CMD ["python3"]' "$tar" "$image" >/dev/null
}

lock base-images
# Stages that start from another stage name no image.
stages=$(sed -nE 's/^FROM .* AS ([^ ]+).*/\1/Ip' "$repo/examples/shop/Dockerfile")
sed -nE 's/^FROM ([^ ]+).*/\1/Ip' "$repo/examples/shop/Dockerfile" | sort -u |
    while read -r image; do
        grep -qxF "$image" <<<"$stages" || provide "$image" </dev/null
    done
