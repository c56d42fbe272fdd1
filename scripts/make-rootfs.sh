#!/bin/sh
# Makes a small root file system from what the host has: busybox if it is a static one, else a shell and a few tools
# with the libraries that they need. Usage: make-rootfs.sh DIRECTORY
set -eu

rootfs=$1
tools='sh cat echo hostname id ls mount ps sleep'

mkdir -p "$rootfs/bin" "$rootfs/etc" "$rootfs/proc" "$rootfs/sys" "$rootfs/dev" "$rootfs/tmp" "$rootfs/root"
echo 'root:x:0:0:root:/root:/bin/sh' >"$rootfs/etc/passwd"
echo 'root:x:0:' >"$rootfs/etc/group"

copy_with_libraries() {
    cp -L "$1" "$rootfs/bin/$(basename "$1")"
    # Lines are "name => /path (address)" or "/path (address)".
    ldd "$1" 2>/dev/null | sed -n 's/^[^/]*\(\/[^ ]*\) .*/\1/p' | while read -r library; do
        mkdir -p "$rootfs$(dirname "$library")"
        [ -e "$rootfs$library" ] || cp -L "$library" "$rootfs$library"
    done
}

busybox=$(command -v busybox || true)
if [ -n "$busybox" ] && ! ldd "$busybox" >/dev/null 2>&1; then
    cp -L "$busybox" "$rootfs/bin/busybox"
    for tool in $("$busybox" --list); do
        [ -e "$rootfs/bin/$tool" ] || ln -s busybox "$rootfs/bin/$tool"
    done
else
    for tool in $tools; do
        path=$(command -v "$tool" || true)
        case $path in
            /*) copy_with_libraries "$path" ;;
            # A builtin of this shell only.
            *) [ ! -x "/bin/$tool" ] || copy_with_libraries "/bin/$tool" ;;
        esac
    done
fi
