#!/bin/bash
# Makes sure that the docker client is there, and links it as bin/docker in the
# cache: a client that nobody here wrote, to try the sandbox's registry with.
#
# Changes: a symbolic link in the cache; if the machine has no client, that of
# the engine folder (see engine.sh) is used.
# shellcheck source-path=SCRIPTDIR source=lib/common.sh
. "$(dirname "$0")/lib/common.sh"

client=$(docker_client) || {
    "$setup/engine.sh" --folder
    client=$(docker_client) || fail "no docker client was found"
}
link docker "$client"
