#!/bin/bash
# Installs Mermaid, which nobody here wrote and GitHub draws charts with, to read
# those of summaries with: mermaid/node_modules in the cache.
#
# Changes: a directory in the cache (170 MB); the Debian packages nodejs and npm
# if there is no node.
# shellcheck source-path=SCRIPTDIR source=lib/common.sh
. "$(dirname "$0")/lib/common.sh"

folder=$cache/mermaid
source=$repo/tests/mermaid

lock mermaid
# Copied last: one that was left half made is made again.
cmp --silent "$source/package-lock.json" "$folder/.made-of" && command -v node >/dev/null && exit
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then apt_install nodejs npm; fi
say "installing Mermaid into $folder (a few seconds)"
rm -rf "$folder"
mkdir -p "$folder"
cp "$source/package.json" "$source/package-lock.json" "$folder"
npm --prefix "$folder" ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
cp "$source/package-lock.json" "$folder/.made-of"
