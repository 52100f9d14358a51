#!/bin/bash
# Makes sure that the programs are there that a release is tried with: docker-registry, a registry for the
# tests to push to, and jq, with which the list of crates becomes a document.
#
# Changes: the Debian packages docker-registry and jq are installed.
# shellcheck source-path=SCRIPTDIR source=lib/common.sh
. "$(dirname "$0")/lib/common.sh"

lock release-tools
if ! command -v docker-registry >/dev/null || ! command -v jq >/dev/null; then apt_install docker-registry jq; fi
