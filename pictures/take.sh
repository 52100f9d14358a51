#!/bin/bash
# Takes the pictures in docs/pictures: plays the demo, once as it should go and once with tasks that crash,
# and has a real browser show the log and the summary of its jobs as GitHub does.
#
# Changes: docs/pictures/*.png; the folder of the demo.
#
# usage: pictures/take.sh <the sandbox's program>
set -euo pipefail

program=$1
here=$(cd "$(dirname "$0")" && pwd)
cache=${GREENGATE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/greengate}
modules=$cache/pictures
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
demo=$(dirname "$program")/../demo

# A browser that runs as root, in a container, has no sandbox of its own; the pages are ours.
browse() {
    chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --force-device-scale-factor=1 \
        --virtual-time-budget=15000 "$@" 2>/dev/null
}

# $1: the name of the page
take() {
    local address=file://$work/$1.html height
    # The page writes its height into itself once all is drawn.
    height=$(browse --window-size=1100,1000 --dump-dom "$address" | sed -nE 's/.*data-height="([0-9]+)".*/\1/p' | head -n 1)
    browse --window-size="1100,$height" --screenshot="$here/../docs/pictures/$1.png" "$address"
    echo "docs/pictures/$1.png"
}

# $1: the kind of page  $2: its name  further ones are the page's own
page() {
    node "$here/page.mjs" "$modules" "$@" >"$work/$2.html"
}

# $1: the scenario; empty for the usual one  $2: the file for what the demo says
play() {
    # A scenario in which a job fails ends well when the job fails as it must.
    SCENARIO=$1 YES=1 "$program" demo >"$2"
}

mkdir -p "$here/../docs/pictures"

play "" "$work/demo"
page log production-log production "$work/demo"
page summary production-summary "$demo/production/commands/summary"

play crash-loop "$work/crash-loop"
page log crash-loop-log staging "$work/crash-loop"
page summary crash-loop-summary "$demo/staging/commands/summary"

for name in production-log production-summary crash-loop-log crash-loop-summary; do
    take "$name"
done
