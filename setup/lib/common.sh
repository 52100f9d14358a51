# shellcheck shell=bash disable=SC2034
# What every script in setup/ shares. Sourced, never run; changes nothing.

set -euo pipefail

setup=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
repo=$(dirname "$setup")
# Everything that setup installs for itself goes here, never into the clone.
cache=${GREENGATE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/greengate}
# What was asked for, to be repeated in messages.
script=$0
arguments=("$@")

# One line of what is going on. Standard output is kept for results.
say() { printf 'setup: %s\n' "$*" >&2; }

fail() {
    say "$*"
    exit 1
}

# Stops with the command that would do it, unless we are root.
# $1: why root is needed. sudo drops the environment, so the cache is passed on.
need_root() {
    [ "$(id -u)" -eq 0 ] && return
    fail "$1, which needs root. Run: sudo GREENGATE_CACHE=$(printf %q "$cache") $script ${arguments[*]}"
}

# Installs Debian packages that are not there yet.
apt_install() {
    local missing=() package
    for package; do
        dpkg-query --show --showformat='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
            missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return
    command -v apt-get >/dev/null || fail "this machine has no apt-get. Install by hand: ${missing[*]}"
    [ "$(id -u)" -eq 0 ] || fail "packages are missing. Run: sudo apt-get install --yes ${missing[*]}"
    say "installing ${missing[*]} (apt-get)"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update --quiet=2 >/dev/null
    apt-get install --yes --quiet=2 --no-install-recommends "${missing[@]}" >/dev/null
}

# Holds a lock until the script ends, so that two runs do not set up the same thing.
lock() {
    mkdir -p "$cache"
    exec 9>"$cache/$1.lock"
    # Under sudo the cache stays the user's.
    [ -z "${SUDO_UID-}" ] || chown "$SUDO_UID" "$cache" "$cache/$1.lock"
    flock 9
}

# Puts a program into the cache's bin/. $1: its name there  $2: where it is
link() {
    [ "$cache/bin/$1" -ef "$2" ] && return
    say "using $2"
    mkdir -p "$cache/bin"
    ln -sf "$2" "$cache/bin/$1"
}

# --- the Docker engine -------------------------------------------------------

engine=$cache/engine
engine_root=$engine/root
engine_socket=$engine/run/docker.sock
classic_socket=$engine/run/classic.sock
ambient_host=${DOCKER_HOST:-unix:///var/run/docker.sock}

# The docker client to ask an engine with: the machine's, or the engine folder's.
docker_client() {
    command -v docker || {
        [ -x "$engine_root/usr/bin/docker" ] && echo "$engine_root/usr/bin/docker"
    }
}

# Does an engine answer at this address?
answers() {
    local client socket=${1#unix://}
    [ "$socket" = "$1" ] || [ -S "$socket" ] || return 1
    client=$(docker_client) || return 1
    # The images, not the version: that is answered without containerd, too. None in
    # particular: to look at all that tests have left takes longer than we wait.
    timeout 10 "$client" --host "$1" image ls --quiet --filter reference=none >/dev/null 2>&1 9>&-
}

# Chooses the engine that a script adds images to, and the client to do it with.
# $1: --classic, or nothing for the engine in use.
use_engine() {
    case ${1-} in
    --classic) DOCKER_HOST=unix://$classic_socket ;;
    '') DOCKER_HOST=$(docker_host) ;;
    *) fail "usage: $script [--classic]" ;;
    esac
    export DOCKER_HOST
    docker=$(docker_client) || fail "no docker client was found: run setup/docker-cli.sh first"
}

# Is this image in the engine, or can it be pulled? Without a network a pull
# fails at once.
has_or_pulls() {
    "$docker" image inspect "$1" >/dev/null 2>&1 && return
    say "pulling $1"
    timeout 120 "$docker" pull --quiet "$1" >/dev/null 2>&1 && return
    say "$1 cannot be pulled"
    return 1
}

# The address of the engine in use: the machine's own, else ours.
docker_host() {
    if answers "$ambient_host"; then echo "$ambient_host"; else echo "unix://$engine_socket"; fi
}
