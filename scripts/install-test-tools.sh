#!/bin/sh
# Installs what the tests call, as far as it is missing and we are root; a test that lacks its tool is skipped.
# usage: install-test-tools.sh [engines]    with `engines` also the engines of `make engines`
set -eu

packages='busybox-static runc crun hyperfine strace uidmap iproute2 qemu-user-static binutils-aarch64-linux-gnu
    binutils gcc libc6-dev
    golang-github-opencontainers-specs-dev util-linux procps'
if [ "${1:-}" = engines ]; then
    packages="$packages podman conmon netavark aardvark-dns docker.io containerd iptables curl"
fi

installed() {
    dpkg-query -W -f '${Status}\n' "$1" 2>/dev/null | grep -q 'ok installed'
}

if ! command -v dpkg-query >/dev/null; then
    echo 'install-test-tools: not a Debian system; install yourself what is missing of:' $packages >&2
    exit 0
fi

missing=
for package in $packages; do
    installed "$package" || missing="$missing $package"
done

if [ -n "$missing" ]; then
    if [ "$(id -u)" -ne 0 ]; then
        echo "install-test-tools: not root, tests that need these are skipped:$missing" >&2
    else
        echo "install-test-tools: installing$missing"
        apt-get -qq update
        DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends $missing >/dev/null
    fi
fi
