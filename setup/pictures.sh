#!/bin/bash
# Installs what takes the pictures in the documents: a browser, and what renders Markdown and charts as
# GitHub does: pictures/node_modules in the cache.
#
# Changes: a directory in the cache (180 MB); the Debian packages chromium, fonts-liberation and
# fonts-dejavu-core, and nodejs and npm if there is no node.
# shellcheck source-path=SCRIPTDIR source=lib/common.sh
. "$(dirname "$0")/lib/common.sh"

folder=$cache/pictures
source=$repo/pictures

lock pictures
command -v chromium >/dev/null || apt_install chromium fonts-liberation fonts-dejavu-core
# Copied last: one that was left half made is made again.
cmp --silent "$source/package-lock.json" "$folder/.made-of" && command -v node >/dev/null && exit
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then apt_install nodejs npm; fi
say "installing what renders pages into $folder (a few seconds)"
rm -rf "$folder"
mkdir -p "$folder"
cp "$source/package.json" "$source/package-lock.json" "$folder"
npm --prefix "$folder" ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
cp "$source/package-lock.json" "$folder/.made-of"
