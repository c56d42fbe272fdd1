#!/bin/sh
# A real container on a bundle made here: what it sees of itself, and its life from create to delete.
# RUNTIME=runc scripts/demo.sh shows the same with another runtime.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
runtime=${RUNTIME:-$here/../runtime-cli/target/jrunc/bin/jrunc}
id=demo-$$
work=$(mktemp -d "${TMPDIR:-/tmp}/jrunc-demo.XXXXXX")
bundle=$work/bundle
chmod 755 "$work"

cleanup() {
    "$runtime" delete --force "$id" >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' HUP INT PIPE TERM

title() {
    printf '\n== %s\n' "$*"
}

jrunc() {
    echo "# $(basename "$runtime") $*"
    "$runtime" "$@"
}

# Container root is nobody of importance outside: as root a range of unused ids, else the caller alone.
if [ "$(id -u)" -eq 0 ]; then
    outer_uid=100000 outer_gid=100000 ids=65536
    cgroup="\"cgroupsPath\": \"/$id\","
else
    outer_uid=$(id -u) outer_gid=$(id -g) ids=1
    cgroup=
fi

write_config() {
    cat >"$bundle/config.json" <<CONFIG
{
  "ociVersion": "1.0.2",
  "hostname": "$id",
  "root": { "path": "rootfs", "readonly": true },
  "process": {
    "args": $1,
    "cwd": "/",
    "env": [ "PATH=/bin", "HOME=/root" ],
    "user": { "uid": 0, "gid": 0 },
    "noNewPrivileges": true,
    "capabilities": {
      "bounding": [ "CAP_KILL" ], "effective": [ "CAP_KILL" ], "permitted": [ "CAP_KILL" ]
    }
  },
  "mounts": [
    { "destination": "/proc", "type": "proc", "source": "proc" },
    { "destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": [ "nosuid", "mode=755", "size=65536k" ] },
    { "destination": "/dev/pts", "type": "devpts", "source": "devpts",
      "options": [ "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620" ] },
    { "destination": "/tmp", "type": "tmpfs", "source": "tmpfs", "options": [ "nosuid", "nodev", "size=1024k" ] }
  ],
  "linux": {
    $cgroup
    "uidMappings": [ { "containerID": 0, "hostID": $outer_uid, "size": $ids } ],
    "gidMappings": [ { "containerID": 0, "hostID": $outer_gid, "size": $ids } ],
    "namespaces": [
      { "type": "user" }, { "type": "pid" }, { "type": "mount" },
      { "type": "uts" }, { "type": "ipc" }, { "type": "network" }
    ],
    "maskedPaths": [ "/proc/kcore", "/proc/keys" ],
    "readonlyPaths": [ "/proc/sys", "/proc/sysrq-trigger" ]
  }
}
CONFIG
}

"$here/make-rootfs.sh" "$bundle/rootfs"
[ "$(id -u)" -ne 0 ] || chown -R "$outer_uid:$outer_gid" "$bundle/rootfs"

title "The host: $(hostname), uid $(id -u), $(find /proc -maxdepth 1 -name '[0-9]*' 2>/dev/null | wc -l) processes"

title 'A container, run in the foreground'
cat >"$bundle/rootfs/look.sh" <<'LOOK'
echo "hostname:          $(hostname)"
echo "pid of this shell: $$"
echo "who am I:          $(id)"
echo "uid outside:       $(while read -r inside outside count; do echo "$outside (for $inside, $count ids)"; done </proc/self/uid_map)"
echo "processes:"
ps
echo "mounts:"
while read -r source target type options rest; do echo "  $target ($type) $options"; done </proc/mounts
echo "network interfaces:"
while read -r name rest; do case $name in *:) echo "  ${name%:}" ;; esac; done </proc/net/dev
echo "writing to the root file system: $( (echo x >/x) 2>&1 || true)"
LOOK
write_config '[ "/bin/sh", "/look.sh" ]'
jrunc run --bundle "$bundle" "$id" </dev/null

title 'A container, step by step'
write_config '[ "/bin/sleep", "1000" ]'
state() {
    jrunc state "$id" | grep -E '^#|"(status|pid)"'
}
jrunc create --bundle "$bundle" --pid-file "$work/pid" "$id" </dev/null >"$work/create.log" 2>&1 || {
    cat "$work/create.log"
    exit 1
}
cat "$work/create.log"
state
echo "  memory of the waiting process: $(sed -n 's/^VmRSS:[[:space:]]*//p' "/proc/$(cat "$work/pid")/status")"
jrunc start "$id"
state
jrunc kill "$id" KILL
while [ -d "/proc/$(cat "$work/pid")" ] && ! grep -q '^State:.Z' "/proc/$(cat "$work/pid")/status"; do
    sleep 0.1
done
state
jrunc delete "$id"
jrunc state "$id" || echo "  (gone)"
