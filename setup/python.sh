#!/bin/bash
# Makes a Python environment with the AWS CLI and boto3, the clients that nobody
# here wrote: venv/bin/python and venv/bin/aws in the cache.
#
# Changes: a directory in the cache (230 MB); the Debian package python3-venv if
# it is missing.
# shellcheck source-path=SCRIPTDIR source=lib/common.sh
. "$(dirname "$0")/lib/common.sh"

venv=$cache/venv
requirements=$setup/requirements.txt

lock python
# Copied last: an environment that was left half made is made again.
cmp --silent "$requirements" "$venv/.made-of" && "$venv/bin/python" -c '' 2>/dev/null && exit
python3 -c 'import ensurepip, venv' 2>/dev/null || apt_install python3-venv
say "installing the AWS CLI and boto3 into $venv (half a minute)"
rm -rf "$venv"
python3 -m venv "$venv" >&2
"$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$requirements" >&2
cp "$requirements" "$venv/.made-of"
