#!/bin/bash
# What bench-all.sh does not measure: what docker's system call filter adds to a create, and whether many containers at a
# time leave anything. Both beside runc and crun, and without a server unless JRUNC_WARM is set. Prints a Markdown table.
#
# usage: bench.sh --seccomp [--runs N] [--output FILE] [--check] [--runtime JRUNC]
#        bench.sh --parallel [--output FILE] [--runtime JRUNC]
#   --seccomp       the commands of a turn are measured one after the other, so other work hits them alike
#   --runs N        turns (30)
#   --output FILE   write the table there too
#   --check         end with 1 if a filter from the cache adds more than 1 ms
#   --parallel      50 containers created, started and deleted, 10 at a time; ends with 1 if a command fails or anything
#                   is left
#   --runtime FILE  the jrunc to measure (the image in runtime-cli/target)
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
jrunc=$here/../runtime-cli/target/jrunc/bin/jrunc
runs=30 output='' check='' parallel=''
[ $# -gt 0 ] || set -- --help
while [ $# -gt 0 ]; do
    case $1 in
        --runs) runs=$2; shift ;;
        --seccomp) ;;
        --output) output=$2; shift ;;
        --check) check=yes ;;
        --parallel) parallel=yes ;;
        --runtime) jrunc=$2; shift ;;
        *) sed -n '2,/^set/p' "$0" | grep '^#' | cut -c3-; exit 2 ;;
    esac
    shift
done

[ "$(id -u)" = 0 ] || { echo "bench.sh: needs root" >&2; exit 2; }
[ -x "$jrunc" ] || { echo "bench.sh: no runtime at $jrunc: run \`make image\` first" >&2; exit 2; }
for tool in jq busybox; do
    command -v $tool > /dev/null || { echo "bench.sh: needs $tool" >&2; exit 2; }
done

export JRUNC_WARM=${JRUNC_WARM-off}
work=$(mktemp -d /tmp/jrunc-bench.XXXXXX)
mounted=''
runtimes=jrunc
cleanup() {
    for r in $runtimes; do
        for id in $(ls "$work/root-$r" 2> /dev/null || true); do
            "$work/$r" --root "$work/root-$r" delete --force "$id" || true
        done
    done
    [ -z "$mounted" ] || { umount "$mounted" && rmdir "$mounted"; } || true
    rm -rf --one-file-system "$work"
}
trap cleanup EXIT

# --- a bundle for each runtime ---------------------------------------------------------------------------------------
ln -s "$(readlink -f "$jrunc")" "$work/jrunc"
for peer in runc crun; do
    path=$(command -v $peer || true)
    [ -n "$path" ] || { echo "bench.sh: no $peer here, its column stays empty" >&2; continue; }
    ln -s "$path" "$work/$peer"
    runtimes="$runtimes $peer"
done
# crun wants every controller of version 1 that the kernel has.
if [[ $runtimes == *crun* ]] && grep -q '^hugetlb' /proc/cgroups && [ -d /sys/fs/cgroup/pids ] \
        && ! grep -q ' /sys/fs/cgroup/hugetlb ' /proc/mounts; then
    mkdir -p /sys/fs/cgroup/hugetlb
    mount -t cgroup -o hugetlb none /sys/fs/cgroup/hugetlb && mounted=/sys/fs/cgroup/hugetlb
fi
for r in $runtimes; do
    b=$work/bundle-$r
    mkdir -p "$b"/rootfs/{bin,proc,sys,dev,tmp,etc}
    cp "$(command -v busybox)" "$b/rootfs/bin/busybox"
    for applet in true sh sleep; do ln -s busybox "$b/rootfs/bin/$applet"; done
    (cd "$b" && "$work/$r" spec)
    jq '.process.terminal = false | .process.args = ["/bin/true"] | .linux.cgroupsPath = "/jrunc-bench-'"$r"'"' \
        "$b/config.json" > "$b/new.json"
    mv "$b/new.json" "$b/config.json"
done

# --- many at a time --------------------------------------------------------------------------------------------------
# Prints the table of --parallel: medians of five rounds, in which the runtimes take turns. CPU time is that of all
# commands and what they wait for; what a container's own processes take is not in it.
in_parallel() {
    local r n round failed=0 left
    for r in $runtimes; do
        for n in {1..50}; do
            mkdir -p "$work/many-$r/$n"
            jq ".linux.cgroupsPath = \"/jrunc-bench-$$-$r-$n\" | .root.path = \"$work/bundle-$r/rootfs\"" \
                "$work/bundle-$r/config.json" > "$work/many-$r/$n/config.json"
        done
        cat > "$work/one-$r" <<S
#!/bin/sh -e
c="$work/$r --root $work/root-$r"
\$c create --bundle $work/many-$r/\$1 many-\$1 > /dev/null 2> $work/many-$r/\$1/errors
\$c start many-\$1
\$c delete --force many-\$1
S
        chmod +x "$work/one-$r"
    done
    local TIMEFORMAT='%R %U %S'
    for round in {1..5}; do
        echo "round $round of 5" >&2
        for r in $runtimes; do
            { time seq 50 | xargs -P 10 -n 1 "$work/one-$r" 2> "$work/errors" || failed=1; } 2> "$work/time"
            cat "$work/errors" "$work/many-$r"/*/errors >&2
            awk '{ print $1 }' "$work/time" >> "$work/wall-$r"
            awk '{ print $2 + $3 }' "$work/time" >> "$work/cpu-$r"
            left=$(ls "$work/root-$r"; find /sys/fs/cgroup -type d -name "jrunc-bench-$$-$r-*" 2> /dev/null)
            [ -z "$left" ] || { echo "bench.sh: $r left behind: $left" >&2; failed=1; }
        done
    done
    seconds() { [ -s "$work/$1-$2" ] && echo "$(median < "$work/$1-$2") s" || echo '–'; }
    echo '| 50 containers, 10 at a time | jrunc | runc | crun |'
    echo '|---|---|---|---|'
    echo "| wall clock | $(seconds wall jrunc) | $(seconds wall runc) | $(seconds wall crun) |"
    echo "| CPU time | $(seconds cpu jrunc) | $(seconds cpu runc) | $(seconds cpu crun) |"
    return $failed
}

# --- measuring -------------------------------------------------------------------------------------------------------
median() { sort -n | awk '{ v[NR] = $1 } END { if (NR) printf "%.2f", NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

if [ -n "$parallel" ]; then
    in_parallel > "$work/table" || parallel=failed
    tee ${output:+"$output"} < "$work/table"
    [ $parallel = yes ]
    exit
fi

# once NAME COMMAND...: appends the milliseconds of one run to $work/times-NAME
once() {
    local name=$1 start end
    shift
    start=$EPOCHREALTIME
    "$@" < /dev/null > /dev/null 2> "$work/errors" || { cat "$work/errors" >&2; echo "bench.sh: failed: $*" >&2; exit 1; }
    end=$EPOCHREALTIME
    awk "BEGIN { print (${end/[.,]/} - ${start/[.,]/}) / 1000 }" >> "$work/times-$name"
}

# What docker's system call filter adds to a create: without it, with one from the cache, with one that no cache has,
# for it names a call that nobody knows. One run each in turns, since it is about single milliseconds.
profile=$here/../oci-spec/src/test/resources/bundles/docker-limits/config.json
for r in $runtimes; do
    for kind in warm cold; do
        mkdir -p "$work/bundle-$kind-$r"
        jq -c --slurpfile docker "$profile" ".root.path = \"$work/bundle-$r/rootfs\"
            | .linux.seccomp = \$docker[0].linux.seccomp
            | .linux.seccomp.syscalls[0].names += [\"call-$kind\"]" \
            "$work/bundle-$r/config.json" > "$work/bundle-$kind-$r/config.json"
    done
done
# filtered NUMBER: one turn
filtered() {
    local r kind c bundle
    for r in $runtimes; do
        c="$work/$r --root $work/root-$r"
        sed -i "s/call-cold[0-9-]*/call-cold-$1-$$-${EPOCHREALTIME/[.,]/}/" "$work/bundle-cold-$r/config.json"
        for kind in none warm cold; do
            bundle=$work/bundle-$kind-$r
            [ $kind != none ] || bundle=$work/bundle-$r
            once "filter-$kind-$r" $c create --bundle "$bundle" "filter-$kind"
            $c delete --force "filter-$kind"
        done
    done
}
filtered 0
rm "$work"/times-filter-*
for ((turn = 1; turn <= runs; turn++)); do
    filtered $turn
done

# more KIND RUNTIME: what a filter adds in milliseconds, the median over the turns
more() {
    paste "$work/times-filter-$1-$2" "$work/times-filter-none-$2" | awk '{ print $1 - $2 }' | median
}

# --- the table -------------------------------------------------------------------------------------------------------
least() { sort -n "$work/times-filter-$1-$2" | head -1; }
filter_cell() {
    [ -s "$work/times-filter-$1-$2" ] || { echo '–'; return; }
    local ms
    ms=$(median < "$work/times-filter-$1-$2")
    if [ "$1" = none ]; then
        echo "$ms ms"
    else
        echo "$ms ms (+$(more "$1" "$2"); +$(awk "BEGIN { printf \"%.2f\", $(least "$1" "$2") - $(least none "$2") }"))" \
            | sed 's/+-/-/g'
    fi
}
filter_table() {
    echo "\`create\` with docker's system call filter, medians of $runs turns; in brackets what the filter adds: the median of the differences of a turn, and the difference of the quickest runs."
    echo
    echo '| | jrunc | runc | crun | aim |'
    echo '|---|---|---|---|---|'
    echo "| no filter | $(filter_cell none jrunc) | $(filter_cell none runc) | $(filter_cell none crun) | |"
    echo "| filter, warm cache | $(filter_cell warm jrunc) | $(filter_cell warm runc) | $(filter_cell warm crun) | ≤ +1 ms |"
    echo "| filter, cold | $(filter_cell cold jrunc) | $(filter_cell cold runc) | $(filter_cell cold crun) | |"
}
{
    filter_table
    echo
    echo "$(date -u +%F), Linux $(uname -r), $(nproc) processors; $(runc --version 2> /dev/null | head -1), $(crun --version 2> /dev/null | head -1)."
} | tee ${output:+"$output"}

[ -n "$check" ] || exit 0
added=$(more warm jrunc)
awk "BEGIN { exit !($added > 1) }" || exit 0
echo "bench.sh: missed: a filter from the cache adds $added ms, at most 1 was promised" >&2
exit 1
