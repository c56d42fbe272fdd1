#!/bin/bash
# Runs conformance tests, or any command, in the test VM: Debian 12 with pure cgroup v2, systemd and AppArmor.
#
# usage: vm.sh [--classes LIST] [--systemd] [--runtime FILE] [--timeout S] [--append ARGS]
#        vm.sh [--timeout S] [--share DIR[:rw]]... -- COMMAND [ARG]...
#   --classes LIST  test classes of org.jrunc.conformance, separated by commas; Class#method is one method
#                   (default: those about cgroups, rootless, the life of a container, namespaces and mounts)
#   --systemd       the containers of these classes have their cgroups from systemd
#   --runtime FILE  test a runtime of the VM instead of the built one: /usr/sbin/runc, /usr/bin/crun
#   --timeout S     end the machine after S seconds (1800)
#   --share DIR     one more directory of the host in the VM; repeatable
#   --append ARGS   more kernel command line, e.g. systemd.unified_cgroup_hierarchy=0 for hybrid cgroups
#   COMMAND         run by a shell of root if it is one argument, with jrunc on PATH and its path in $JRUNC
#
# Prints when a test starts and how it ends, and what failed; ends with 0 if all passed and no unit or cgroup of theirs
# is left, with the status of COMMAND, with 124 on timeout, with 125 when the machine failed. What is tested is what was
# built: run `mvn -o -q -DskipTests package` before.
# Software emulation is some 20 times slower than the host and busies one of its cores.
#
# The VM's scripts (build.sh, run.sh) are looked for in $JRUNC_VM, else in shared/vm beside the repository.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
repo=$(dirname "$here")
die() { echo "vm.sh: $*" >&2; exit 125; }

classes=LifecycleTest,StateTest,RunTest,RootlessTest,CgroupV2Test,CgroupMemoryTest,CgroupCpuTest,CgroupPidsTest
classes=$classes,CgroupDevicesTest,CgroupBlkioTest,CgroupHugetlbTest,CgroupNetworkTest,CgroupNamespaceTest
classes=$classes,subject.LinuxCgroupsMemoryTest,subject.LinuxCgroupsCpusTest,subject.LinuxCgroupsPidsTest
classes=$classes,subject.LinuxCgroupsDevicesTest,subject.LinuxCgroupsBlkioTest,subject.LinuxCgroupsHugetlbTest
classes=$classes,MountNamespaceTest,PidNamespaceTest,NetworkNamespaceTest,IpcTest,UtsTest,TimeNamespaceTest
classes=$classes,UserNamespaceTest,MountsTest,MountOptionsTest,NoPivotTest,RootfsTest,DevicesTest
runtime='$JRUNC' timeout=1800 systemd=false
# Without no_timer_check a boot on a busy host may hang: an emulated timer that is late looks broken to the kernel.
args=(--append no_timer_check)
while [ $# -gt 0 ]; do
    case $1 in
        --classes) classes=$2; shift ;;
        --systemd) systemd=true ;;
        --runtime) runtime=$2; shift ;;
        --timeout) timeout=$2; shift ;;
        --share | --append) args+=("$1" "$2"); shift ;;
        --) shift; break ;;
        *) sed -n '2,/^set/p' "$0" | grep '^#' | cut -c3-; exit 2 ;;
    esac
    shift
done

vm=${JRUNC_VM:-}
for dir in "$repo/../shared/vm" "$repo/../../shared/vm"; do
    [ -n "$vm" ] || [ ! -x "$dir/run.sh" ] || vm=$(cd "$dir" && pwd)
done
[ -x "$vm/run.sh" ] || die "no VM scripts: set JRUNC_VM to their directory"
image=$repo/runtime-cli/target/jrunc
[ -x "$image/bin/jrunc" ] || die "no runtime image at $image: run \`make image\`"
classpath=$here/target/test-classpath
[ -s "$classpath" ] || die "no $classpath: run \`mvn -o -q -DskipTests package\`"

# A JDK 25 for the tests: Maven's own may be older.
jdk=
for dir in "${JAVA_HOME:-}" /usr/lib/jvm/*; do
    if [ -f "$dir/release" ] && grep -q '^JAVA_VERSION="25' "$dir/release"; then jdk=$dir; break; fi
done
[ -n "$jdk" ] || die "no JDK 25 in JAVA_HOME or /usr/lib/jvm"
# A copy: the next build may go on while the machine runs.
stage=$(mktemp -d "${TMPDIR:-/tmp}/jrunc-vm-test.XXXXXX")
trap 'rm -rf "$stage"' EXIT
trap 'exit 130' INT TERM HUP
mkdir "$stage/classes"
cp -a "$image" "$stage/jrunc"
path=$stage/classes
IFS=: read -ra entries < "$classpath" || true
for entry in "${entries[@]}"; do
    if [ -d "$entry" ]; then
        cp -a "$entry/." "$stage/classes/"
    else
        cp "$entry" "$stage/"
        path=$path:$stage/${entry##*/}
    fi
done

# The VM has no compiler.
mkdir -p "$here/target/helpers"
for source in "$here"/src/test/c/*.c; do
    helper=$here/target/helpers/$(basename "$source" .c)
    [ "$helper" -nt "$source" ] || gcc -O1 -static -o "$helper" "$source" || :
done

# On a local disk as installed: pages of a shared file system are slow to come, and a user must get there, too.
setup="cp -a '$stage/jrunc' /usr/local/lib/jrunc && ln -s ../lib/jrunc/bin/jrunc /usr/local/bin/jrunc || exit 125
export JRUNC=/usr/local/lib/jrunc/bin/jrunc"
if [ $# -gt 0 ]; then
    if [ $# -gt 1 ]; then command=$(printf '%q ' "$@"); else command=$1; fi
else
    select=
    for class in ${classes//,/ }; do
        case $class in *\#*) ;; *) class=$class#.* ;; esac
        select="$select --select-class org.jrunc.conformance.${class%%#*}"
        select="$select --include-methodname 'org.jrunc.conformance.$class'"
    done
    # One compiler is enough for tests that wait for processes. Others here: systemd makes cgroups while tests run.
    command="java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto -cp '$path' \\
        -Djrunc.runtime=$runtime -Djrunc.shared-machine=true -Djrunc.slowness=10 -Djrunc.systemd-cgroup=$systemd \\
        -Dbasedir='$here' \\
        org.junit.platform.console.ConsoleLauncher execute --disable-banner --disable-ansi-colors \\
        --fail-if-no-tests --details=testfeed $select
code=\$?
left=\$(systemctl list-units --all --plain --no-legend 'jt*' '*libpod*'
    find /sys/fs/cgroup -type d '(' -name 'jt*' -o -name '*libpod*' ')')
[ -z \"\$left\" ] || { echo \"left behind, units and cgroups:\$left\"; code=1; }
exit \$code"
fi
"$vm/run.sh" --timeout "$timeout" --jdk="$jdk" --share "$repo" --share "$stage" --cwd "$here" "${args[@]}" \
    -- "$setup
$command"
