#!/bin/bash
# Installs the linters of workflows and Dockerfiles, zizmor, actionlint and hadolint, of the
# versions and hashes in setup/linters.txt: linters/bin in the cache. actionlint asks ShellCheck
# about the scripts in workflows.
#
# Changes: a directory in the cache (90 MB); the Debian packages shellcheck and python3-venv if
# they are missing.
# shellcheck source-path=SCRIPTDIR source=lib/common.sh
. "$(dirname "$0")/lib/common.sh"

venv=$cache/linters
requirements=$setup/linters.txt

lock linters
command -v shellcheck >/dev/null || apt_install shellcheck
# Copied last: an environment that was left half made is made again.
cmp --silent "$requirements" "$venv/.made-of" && exit
python3 -c 'import ensurepip, venv' 2>/dev/null || apt_install python3-venv
say "installing zizmor, actionlint and hadolint into $venv (a few seconds)"
rm -rf "$venv"
python3 -m venv "$venv" >&2
"$venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
    --no-deps --requirement "$requirements" >&2
cp "$requirements" "$venv/.made-of"
