#!/bin/bash
# Installs act, which runs workflows as GitHub would, of the version and hashes in setup/act.txt: act/bin in
# the cache. The tests run the examples with it.
#
# Changes: a directory in the cache (50 MB); the Debian package python3-venv if it is missing.
# shellcheck source-path=SCRIPTDIR source=lib/common.sh
. "$(dirname "$0")/lib/common.sh"

venv=$cache/act
requirements=$setup/act.txt

lock act
# Copied last: an environment that was left half made is made again.
cmp --silent "$requirements" "$venv/.made-of" && exit
python3 -c 'import ensurepip, venv' 2>/dev/null || apt_install python3-venv
say "installing act into $venv (a few seconds)"
rm -rf "$venv"
python3 -m venv "$venv" >&2
"$venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
    --no-deps --requirement "$requirements" >&2
cp "$requirements" "$venv/.made-of"
