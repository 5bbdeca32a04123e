#!/bin/sh
# Proposes that an overlay runs an image: a branch with that one line, and a pull request for it.
#   deploy/delivery/propose.sh staging ghcr.io/…@sha256:…
# Needs GH_TOKEN, for gh and for git.
set -eu

overlay="$1" image="$2"
digest="${image#*@sha256:}"
branch="$overlay-$(printf '%.12s' "$digest")"

git switch --quiet --create "$branch"
python3 "$(dirname "$0")/image.py" set "$overlay" "$image"
if git diff --quiet; then
	echo "$overlay runs this image already" >&2
	exit 1
fi
git -c user.name="github-actions[bot]" -c user.email="41898282+github-actions[bot]@users.noreply.github.com" \
	commit --quiet --all --message "Run $(printf '%.12s' "$digest") in $overlay"
git push --quiet --force origin "$branch"
gh pr create --head "$branch" --base main --title "Run $(printf '%.12s' "$digest") in $overlay" \
	--body "From $(git rev-parse HEAD~1). The image: $image"
# What a workflow pushes starts no checks by itself.
gh workflow run ci.yaml --ref "$branch"
