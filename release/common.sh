# shellcheck shell=bash disable=SC2034
# What the scripts of a release share. Sourced, never run; changes nothing.

set -euo pipefail

repository=greengate/greengate
# What stands in workflows on main for a commit that there is not yet.
no_release="$repository@0000000000000000000000000000000000000000 # v0.0.0"

fail() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

# Numbers without leading zeros: 1.20.3.
is_version() { [[ $1 =~ ^(0|[1-9][0-9]{0,5})(\.(0|[1-9][0-9]{0,5})){2}$ ]]; }

# A registry's host, with a port or not, and the name of an image there, without tag or digest.
is_image_name() { [[ $1 =~ ^[a-z0-9][a-z0-9.-]*(:[0-9]{1,5})?(/[a-z0-9]+([._-]+[a-z0-9]+)*)+$ ]]; }

is_digest() { [[ $1 =~ ^sha256:[0-9a-f]{64}$ ]]; }

is_commit() { [[ $1 =~ ^[0-9a-f]{40}$ ]]; }

must_be_version() { is_version "$1" || fail "a version has three numbers, such as 1.20.3, and is not '$1'"; }

must_be_image_name() {
    is_image_name "$1" || fail "an image's name has a registry and a path, no tag and no digest, and is not '$1'"
}

must_be_digest() { is_digest "$1" || fail "a digest is sha256: and 64 hexadecimal digits, and not '$1'"; }

# Prints a step's output, to the file that GitHub reads or, by hand, to the terminal.
output() { printf '%s=%s\n' "$1" "$2" >>"${GITHUB_OUTPUT:-/dev/stdout}"; }

# The plugin of the docker client, or the same program by itself.
buildx() {
    if command -v docker-buildx >/dev/null; then docker-buildx "$@"; else docker buildx "$@"; fi
}

# How often action.yml says what it is run as; an input may be called `image`, too.
images_in_action() { sed -n '/^runs:/,$p' action.yml | grep -cE '^ +image:' || true; }

must_be_unreleased_action() {
    [ "$(images_in_action)" -eq 1 ] || fail "action.yml has $(images_in_action) images"
    grep -qx '  image: Dockerfile' action.yml || fail "action.yml does not say 'image: Dockerfile'"
}

must_be_unreleased_workflows() {
    local workflow uses
    for workflow in .github/workflows/reusable-*.yml; do
        uses=$(grep -c "uses: $repository@" "$workflow" || true)
        [ "$uses" -gt 0 ] || fail "$workflow does not use $repository"
        [ "$(grep -c "uses: $no_release\$" "$workflow")" -eq "$uses" ] || fail "$workflow names a release already"
    done
}
