#!/bin/bash
# How fast is jrunc, with its server (warm) and without (cold), beside runc and crun? Prints the tables of
# docs/performance.md as Markdown, all from one run.
#
# usage: bench-all.sh [OPTIONS] [latency] [throughput] [memory] [growth] [podman] [containerd]
#   --quick          fewer runs, and at most 100 existing containers: less than 3 minutes instead of less than 15
#   --runs N         runs of each command (60; quick: 8)
#   --check          end with 1 and name each figure that is missed
#   --update-docs    put the tables into docs/performance.md
#   --output FILE    write the tables there too
#   --results FILE   keep what was measured there; sections not measured now are taken from it (default: not kept)
#   --runtime FILE   the jrunc to measure (the image in runtime-cli/target)
# Without sections it is all of them; an engine that is not installed is left out. Needs root, cgroup v1, a JDK 25 and
# what `mvn -DskipTests package` makes. Runtimes that are not installed have an empty column.
#
# It works in namespaces of its own: /run is empty, so its server is nobody else's, and when it ends, or is interrupted,
# all its processes, mounts, directories and cgroups are gone. Single commands are measured in turns, so the machine's
# other work hits all of them alike; yet figures for the documentation want a machine that has nothing else to do.
set -euo pipefail

self=$(readlink -f "$0")
here=$(dirname "$self")
arguments=("$@")
stage=${JRUNC_BENCH_STAGE:-host}

die() {
    echo "bench-all.sh: $*" >&2
    exit 2
}

# --- the machine: every cgroup hierarchy is mounted; this process outlives what runs there to remove the cgroups ------
# The command it is called with is the rest of the command line.
if [ "$stage" = machine ]; then
    # crun wants every controller of version 1 that the kernel has.
    while read -r controller hierarchy _; do
        if [ "$hierarchy" = 0 ] || ! grep -q " /sys/fs/cgroup/[^ ]*\b$controller\b" /proc/mounts; then
            mkdir -p "/sys/fs/cgroup/$controller"
            mount -t cgroup -o "$controller" cgroup "/sys/fs/cgroup/$controller" 2> /dev/null \
                || rmdir "/sys/fs/cgroup/$controller"
        fi
    done < <(grep -v '^#' /proc/cgroups)
    cgroups() { find /sys/fs/cgroup/*/"$JRUNC_BENCH_CGROUP" -depth -type d 2> /dev/null || :; }
    for hierarchy in /sys/fs/cgroup/*/; do
        for cgroup in "$hierarchy$JRUNC_BENCH_CGROUP"{,/warm,/cold,/runc,/crun}; do
            mkdir "$cgroup"
            for file in cpuset.cpus cpuset.mems; do
                [ ! -e "$hierarchy$file" ] || cat "$hierarchy$file" > "$cgroup/$file"
            done
        done
    done
    JRUNC_BENCH_STAGE=inside unshare --mount --pid --fork --kill-child --mount-proc --propagation private -- \
        "$self" "$@" &
    machine=$!
    trap 'kill -9 $machine || :' INT TERM HUP
    status=0
    wait "$machine" || status=$?
    wait "$machine" 2> /dev/null || :
    # The last processes may still be on their way out.
    for ((try = 0; try < 100; try++)); do
        for cgroup in $(cgroups); do rmdir "$cgroup" 2> /dev/null || :; done
        [ -n "$(cgroups)" ] || break
        sleep 0.1
    done
    exit "$status"
fi
# This shell is process 1 there: it reaps what containers leave.
if [ "$stage" = inside ]; then
    mount -t tmpfs -o mode=755 run /run
    status=0
    "$@" || status=$?
    exit "$status"
fi

# --- what is asked for ------------------------------------------------------------------------------------------------
runs=60 levels=500 check='' update='' output='' results='' sections=() jrunc=$here/../runtime-cli/target/jrunc/bin/jrunc
while [ $# -gt 0 ]; do
    case $1 in
        --quick) runs=8 levels=100 ;;
        --runs) runs=$2; shift ;;
        --check) check=yes ;;
        --update-docs) update=yes ;;
        --output) output=$2; shift ;;
        --results) results=$(realpath "$2"); shift ;;
        --runtime) jrunc=$2; shift ;;
        latency | throughput | memory | growth | podman | containerd) sections+=("$1") ;;
        *) sed -n '2,/^set/p' "$self" | grep '^#' | cut -c3-; exit 2 ;;
    esac
    shift
done
[ ${#sections[@]} -gt 0 ] || sections=(latency throughput memory growth podman containerd)
[ "$(id -u)" = 0 ] || die 'needs root'
jrunc=$(readlink -f "$jrunc")
[ -x "$jrunc" ] || die "no runtime at $jrunc: run \`make image\` first"
[ -e "$here/target/test-classpath" ] || die 'not built: run `mvn -DskipTests package` first'

find_java() {
    local home
    for home in "${JRUNC_BENCH_JAVA_HOME:-}" /usr/lib/jvm/*25* "${JAVA_HOME:-}" ~/.sdkman/candidates/java/25* /opt/*jdk*25*; do
        if [ -x "$home/bin/java" ] && "$home/bin/java" -version 2>&1 | grep -q '"25'; then
            echo "$home/bin/java"
            return
        fi
    done
    die 'no JDK 25 found; set JRUNC_BENCH_JAVA_HOME'
}
java=$(find_java)

# --- run and clean up -------------------------------------------------------------------------------------------------
work=$(mktemp -d /tmp/jrunc-bench.XXXXXX)
chmod 755 "$work"
child=''
stop() {
    trap '' INT TERM HUP # what the child has to clean up takes its time
    [ -z "$child" ] || { kill -TERM "$child" 2> /dev/null && wait "$child"; } || :
    exit 130
}
trap stop INT TERM HUP
trap 'rm -rf --one-file-system "$work"' EXIT
in_background() {
    "$@" &
    child=$!
    local status=0
    wait "$child" || status=$?
    child=''
    return $status
}
results=${results:-$work/results}
bench=("$java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData --enable-native-access=ALL-UNNAMED -cp
    "$(< "$here/target/test-classpath")" org.jrunc.conformance.bench.Bench --results "$results")
options=(--docker "$here/../oci-spec/src/test/resources/bundles/docker-limits/config.json"
    --runs "$runs" --levels "$levels")
mkdir "$work/bin"
for peer in runc crun; do
    if path=$(command -v $peer); then
        cp "$path" "$work/bin/$peer" # a machine for engines has no others
        options+=("--$peer" "$work/bin/$peer")
    else
        echo "bench-all.sh: no $peer here, its column stays empty" >&2
    fi
done
load_before=$(cut -d' ' -f1 /proc/loadavg)

export JRUNC_BENCH_CGROUP=jrunc-bench-$$
direct=()
for section in "${sections[@]}"; do
    case $section in podman | containerd) ;; *) direct+=("$section") ;; esac
done
if [ ${#direct[@]} -gt 0 ]; then
    JRUNC_BENCH_STAGE=machine in_background "$here/engine-machine" cgroups "$self" \
        "${bench[@]}" measure "${direct[@]}" "${options[@]}" \
        --directory "$work/direct" --cgroup "$JRUNC_BENCH_CGROUP" --jrunc "$jrunc"
fi
image=''
for section in "${sections[@]}"; do
    case $section in
        podman) needs=podman ;;
        containerd) needs=ctr ;;
        *) continue ;;
    esac
    command -v $needs > /dev/null || { echo "bench-all.sh: no $needs here, left out" >&2; continue; }
    [ -n "$image" ] || image=$("${bench[@]}" image --directory "$work")
    echo 'version = 2' > "$work/containerd.toml"
    in_background "$here/engine-machine" --jrunc "$jrunc" --image "$image" --cgroup "$JRUNC_BENCH_CGROUP-$section" \
        --put "$work/containerd.toml=/etc/containerd/config.toml" \
        "$section" "${bench[@]}" measure "$section" "${options[@]}" \
        --directory "$work/$section" --cgroup bench --jrunc /usr/local/bin/jrunc
done

# --- the tables -------------------------------------------------------------------------------------------------------
{
    "${bench[@]}" report
    echo "$(date -u +%F), Linux $(uname -r), $(nproc) processors, load $load_before before and $(cut -d' ' -f1 /proc/loadavg) after; $("$jrunc" --version | head -1), $(runc --version 2> /dev/null | head -1), $(crun --version 2> /dev/null | head -1), $("$java" -version 2>&1 | sed -n 2p)."
} > "$work/tables"
tee ${output:+"$output"} < "$work/tables"
if [ -n "$update" ]; then
    docs=$here/../docs/performance.md
    sed -i -e "/<!-- bench:begin/r $work/tables" -e '/<!-- bench:begin/,/<!-- bench:end/ { /<!-- bench:/! d }' "$docs"
fi
[ -z "$check" ] || "${bench[@]}" check
