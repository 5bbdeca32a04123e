#!/bin/sh
# Builds the image where there is no registry of images: on a base of debootstrap, with wheels that pip
# has fetched, which is all that it needs of a network. As root, with Debian's buildah and debootstrap:
#   deploy/image/build.sh FOLDER [PIP]
set -eu

folder="$1"
pip="${2:-.venv/bin/pip}"
# shellcheck disable=SC2016  # apt expands it: where this machine has its own packages from
mirror="${MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 'Codename: bookworm' | head -n 1)}"
mkdir -p "$folder/wheels"

if [ ! -d "$folder/root/bin" ]; then
	debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates \
		bookworm "$folder/root" "$mirror"
fi
container="$(buildah from scratch)"
buildah add --quiet "$container" "$folder/root" /
buildah commit --quiet --rm "$container" boxoffice-base

"$pip" download --quiet --require-hashes --only-binary :all: \
	--requirement requirements-image.lock --dest "$folder/wheels"
printf '[global]\nno-index = true\nfind-links = /wheels\n' >"$folder/pip.conf"
buildah build --isolation chroot --format docker --tag boxoffice \
	--build-arg BASE=localhost/boxoffice-base --build-arg REVISION="$(git rev-parse HEAD)" \
	--volume "$folder/wheels:/wheels:ro" --volume "$folder/pip.conf:/etc/pip.conf:ro" .

# What it is: nobody's process, on a system where it may write nothing of the product.
container="$(buildah from localhost/boxoffice)"
# shellcheck disable=SC2016  # the shell in the container expands these
buildah run --isolation chroot "$container" -- sh -euc '
	test "$(id -u)" = 65534
	for place in /app /opt/boxoffice /usr/bin; do test ! -w "$place"; done
	test -z "$(command -v gcc)"
	test ! -e /opt/boxoffice/bin/nats-server
	python3 -m boxoffice --help >/dev/null
	grep -q CycloneDX /opt/boxoffice/sbom.cdx.json'
buildah rm "$container" >/dev/null
