#!/bin/bash
# Makes the commits of a release on top of the one that is checked out, and its tag.
#
# The first has the image's digest in action.yml. The second has the first one's hash in the workflows for
# others to call, since no commit can name itself; the tag v<version> is on it. So whoever pins the tag's
# commit has pinned the workflow, the action and the image. Prints `commit=…`.
#
# Changes: two commits and a tag in this clone. Pushes nothing. Refuses a tree with changes, an action.yml
# that does not say `image: Dockerfile`, a workflow that names a release, and anything as an image but
# <name>@sha256:<64 hexadecimal digits>.
#
# usage: release/commit.sh VERSION NAME@DIGEST
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

[ $# -eq 2 ] || fail "usage: $0 <version> <name>@<digest>"
version=$1 image=$2
must_be_version "$version"
[[ $image == *@* ]] || fail "an image to release is <name>@sha256:<64 hexadecimal digits>, and not '$image'"
must_be_image_name "${image%%@*}"
must_be_digest "${image#*@}"
[ -z "$(git status --porcelain)" ] || fail "there are changes that are not committed"
if git rev-parse --quiet --verify "refs/tags/v$version" >/dev/null; then fail "there is a tag v$version"; fi

must_be_unreleased_action
must_be_unreleased_workflows

# $1: file  $2: old  $3: new
replace() {
    local text
    text=$(<"$1")
    printf '%s\n' "${text//"$2"/"$3"}" >"$1"
}

# $1: message. The hooks and settings of whoever runs this are no part of a release.
commit() {
    git -c user.name=greengate -c user.email=greengate@users.noreply.github.com -c commit.gpgsign=false \
        commit --quiet --no-verify --all --message "$1"
}

replace action.yml $'\n  image: Dockerfile' $'\n'"  image: docker://$image"
commit "Release $version: the image"
action=$(git rev-parse HEAD)
is_commit "$action" || fail "$action is no commit"

for workflow in .github/workflows/reusable-*.yml; do
    replace "$workflow" "uses: $no_release" "uses: $repository@$action # v$version"
done
commit "Release $version: the workflows"
git -c user.name=greengate -c user.email=greengate@users.noreply.github.com -c tag.gpgsign=false \
    tag --annotate "v$version" --message "Version $version"
output commit "$(git rev-parse HEAD)"
