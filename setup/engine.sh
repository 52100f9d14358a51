#!/bin/bash
# Makes sure that a Docker engine answers.
#
# One that answers at $DOCKER_HOST, or at /var/run/docker.sock, is used as it is.
# Otherwise a modern one, with the containerd image store, is set up out of
# Debian packages in a folder of the cache, and started. It is not installed on
# the machine: removing the folder and ending the process removes it.
#
# Changes: the Debian package mmdebstrap is installed; ~450 MB in the cache; a
# daemon runs, with the network bridge docker0 and its packet filter rules.
#
# usage: setup/engine.sh            an engine for everything
#        setup/engine.sh --classic  also one with the classic image store
#        setup/engine.sh --folder   only the folder, for the clients in it
#        setup/engine.sh --stop     ends what this script started
# shellcheck source-path=SCRIPTDIR source=lib/common.sh
. "$(dirname "$0")/lib/common.sh"

# The release that the engine is made of; what is in the folder is written here.
suite=trixie
packages=docker.io,docker-cli,docker-buildx,ca-certificates,iptables,iproute2

make_folder() {
    # Written last: a folder that was left half made, or of other packages, is made again.
    [ "$(cat "$engine_root/.made-of" 2>/dev/null)" = "$suite $packages" ] && return
    need_root "a Docker engine has to be set up"
    apt_install mmdebstrap debian-archive-keyring
    say "making a Docker engine out of Debian $suite in $engine_root (450 MB, half a minute)"
    mkdir -p "$engine"
    stop docker
    stop classic
    rm -rf --one-file-system "$engine_root" "$engine_root.partial"
    mmdebstrap --quiet --variant=minbase --include="$packages" \
        --aptopt='APT::Install-Recommends "false"' \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
        "$suite" "$engine_root.partial" >&2 9>&-
    echo "$suite $packages" >"$engine_root.partial/.made-of"
    mv "$engine_root.partial" "$engine_root"
}

# $1: docker or classic
start() {
    local name=$1 run=$engine/run socket=$engine/run/$1.sock log=$engine/$1.log pid
    answers "unix://$socket" && return
    need_root "a Docker engine has to be started"
    # A unix socket's path has 108 bytes at most.
    [ ${#socket} -lt 100 ] || fail "the path $socket is too long: set GREENGATE_CACHE to a shorter directory"
    stop "$name"
    say "starting a Docker engine at unix://$socket (log: $log)"
    mkdir -p "$run"
    # Its own session and no descriptor of ours: the caller does not wait for it.
    setsid unshare --mount --propagation slave --pid --fork --kill-child \
        "$setup/lib/dockerd-in-folder.sh" "$engine_root" "$engine/data-$name" "$run" "$name" \
        </dev/null >"$log" 2>&1 9>&- &
    pid=$!
    echo "$pid" >"$engine/$name.pid"
    for _ in $(seq 300); do
        answers "unix://$socket" && return
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.2
    done
    tail -n 20 "$log" >&2
    fail "the Docker engine did not start, see $log"
}

# The bridge that our engine gives containers: what takes it away (see
# lib/buildkit/buildkitd) does so behind the engine's back.
mend_bridge() {
    [ "$(id -u)" -eq 0 ] && command -v ip >/dev/null || return 0
    ip link show docker0 >/dev/null 2>&1 && return
    answers "unix://$engine_socket" || return 0
    say "making the network bridge docker0 again"
    ip link add docker0 type bridge
    ip address add "$("$(docker_client)" --host "unix://$engine_socket" network inspect bridge \
        --format '{{(index .IPAM.Config 0).Gateway}}')/16" dev docker0
    ip link set docker0 up
}

# $1: docker or classic
stop() {
    local pid
    pid=$(cat "$engine/$1.pid" 2>/dev/null) || return 0
    # The number may by now be another process's.
    if grep --quiet --text --fixed-strings "$engine_root" "/proc/$pid/cmdline" 2>/dev/null; then
        say "ending the Docker engine $pid"
        # unshare itself heeds no SIGTERM: its child is docker-init.
        # shellcheck disable=SC2046
        kill $(cat "/proc/$pid/task/$pid/children") || true
        timeout 20 tail --pid="$pid" -f /dev/null || kill -KILL "$pid" || true
    fi
    rm -f "$engine/$1.pid"
}

lock engine
case ${1-} in
--stop)
    stop docker
    stop classic
    ;;
--folder) make_folder ;;
--classic)
    make_folder
    start classic
    ;;
'')
    if answers "$ambient_host"; then
        say "a Docker engine answers at $ambient_host"
        mend_bridge
        exit
    fi
    # The folder brings a client, too: only now can a machine without one tell.
    make_folder
    answers "$ambient_host" || start docker
    mend_bridge
    ;;
*) fail "usage: $0 [--classic | --folder | --stop]" ;;
esac
