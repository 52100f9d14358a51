#!/bin/bash
# Prints what a shell needs to use what the other scripts set up. Changes nothing.
#
# usage: eval "$(setup/env.sh)"
# shellcheck source-path=SCRIPTDIR source=lib/common.sh
. "$(dirname "$0")/lib/common.sh"

path=$cache/bin:$cache/tools/bin:$PATH
command -v cargo >/dev/null || path=$path:$HOME/.cargo/bin
# Not once more where this was evaluated before.
case :$PATH: in *":$cache/bin:"*) ;; *) printf 'export PATH=%q\n' "$path" ;; esac
printf 'export GREENGATE_CACHE=%q\n' "$cache"
answers "$ambient_host" || printf 'export DOCKER_HOST=%q\n' "unix://$engine_socket"
if answers "unix://$classic_socket"; then
    printf 'export GREENGATE_CLASSIC_DOCKER_HOST=%q\n' "unix://$classic_socket"
fi
