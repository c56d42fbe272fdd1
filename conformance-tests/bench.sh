#!/bin/bash
# How fast is jrunc beside a JVM hello world, runc and crun? Prints a Markdown table of medians, all from one run.
#
# usage: bench.sh [--runs N] [--seccomp] [--output FILE] [--check] [--runtime JRUNC]
#        bench.sh --parallel [--output FILE] [--runtime JRUNC]
#   --runs N        runs of each command (30)
#   --seccomp       only the rows about the system call filter
#   --output FILE   write the table there too
#   --check         end with 1 if a figure is missed: state <= 1.5 x hello, create <= 2.5 x, run <= 3 x, exec <= 3 x,
#                   init <= 100 kB, a filter from the cache <= 1 ms
#   --parallel      instead: 50 containers created, started and deleted, 10 at a time; ends with 1 if a command fails or
#                   anything is left
#   --runtime FILE  the jrunc to measure (the image in runtime-cli/target)
#
# The machine's other work hits everybody alike: the commands of one row are measured in turns, in several rounds.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
jrunc=$here/../runtime-cli/target/jrunc/bin/jrunc
runs=30 output='' check='' only='' parallel=''
while [ $# -gt 0 ]; do
    case $1 in
        --runs) runs=$2; shift ;;
        --seccomp) only=seccomp ;;
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
for tool in hyperfine jq busybox; do
    command -v $tool > /dev/null || { echo "bench.sh: needs $tool" >&2; exit 2; }
done

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

# --- a JVM that says hello, of the JDK that jrunc is built with -------------------------------------------------------
find_java() {
    local home
    for home in "${JRUNC_BENCH_JAVA_HOME:-}" /usr/lib/jvm/*25* "${JAVA_HOME:-}" ~/.sdkman/candidates/java/25* /opt/*jdk*25*; do
        if [ -x "$home/bin/javac" ] && "$home/bin/java" -version 2>&1 | grep -q '"25'; then
            echo "$home"
            return
        fi
    done
    echo "bench.sh: no JDK 25 found; set JRUNC_BENCH_JAVA_HOME" >&2
    return 1
}
java_home=$(find_java)
cat > "$work/Hello.java" <<'J'
class Hello {
    public static void main(String[] args) {
        System.out.println("Hello");
    }
}
J
"$java_home/bin/javac" -d "$work" "$work/Hello.java"
hello="$java_home/bin/java -Xshare:auto -cp $work Hello"

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

# measure NAME PREPARE COMMAND CLEANUP: appends the milliseconds of a round to $work/times-NAME
measure() {
    local options=(--runs "$per_round" --warmup 2 --export-json "$work/result.json" --style none --shell none)
    [ -z "$2" ] || options+=(--prepare "$2")
    [ -z "$4" ] || options+=(--conclude "$4")
    hyperfine "${options[@]}" "$3" > /dev/null 2> "$work/errors" || { cat "$work/errors" >&2; echo "bench.sh: failed: $3" >&2; exit 1; }
    jq '.results[0].times[] * 1000' "$work/result.json" >> "$work/times-$1"
}

# hyperfine before 1.19 has no --conclude; then what one run leaves is taken away before the next.
if ! hyperfine --help | grep -q -- --conclude; then
    measure() {
        local options=(--runs "$per_round" --warmup 2 --export-json "$work/result.json" --style none --shell none)
        local before=${2:-}
        [ -z "$4" ] || before=${before:+$before && }$4
        [ -z "$before" ] || options+=(--prepare "sh -c '$before'" --cleanup "sh -c '$4'")
        hyperfine "${options[@]}" "$3" > /dev/null 2> "$work/errors" || { cat "$work/errors" >&2; echo "bench.sh: failed: $3" >&2; exit 1; }
        jq '.results[0].times[] * 1000' "$work/result.json" >> "$work/times-$1"
    }
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

rounds=3
per_round=$(((runs + rounds - 1) / rounds))
[ -z "$only" ] || rounds=0
for ((round = 0; round < rounds; round++)); do
    echo "round $((round + 1)) of $rounds" >&2
    measure hello '' "$hello" ''
    for r in $runtimes; do
        measure "version-$r" '' "$work/$r --version" ''
    done
    for r in $runtimes; do
        c="$work/$r --root $work/root-$r"
        $c create --bundle "$work/bundle-$r" state > /dev/null < /dev/null 2>&1
        measure "state-$r" '' "$c state state" ''
        $c delete --force state
    done
    for r in $runtimes; do
        c="$work/$r --root $work/root-$r"
        measure "create-$r" '' "$c create --bundle $work/bundle-$r one" "$c delete --force one"
    done
    for r in $runtimes; do
        c="$work/$r --root $work/root-$r"
        measure "run-$r" '' "$c run --bundle $work/bundle-$r two" ''
    done
    for r in $runtimes; do
        c="$work/$r --root $work/root-$r"
        mkdir -p "$work/bundle-sleep-$r"
        jq ".process.args = [\"/bin/sleep\", \"1000\"] | .root.path = \"$work/bundle-$r/rootfs\"" \
            "$work/bundle-$r/config.json" > "$work/bundle-sleep-$r/config.json"
        $c run --detach --bundle "$work/bundle-sleep-$r" exec > /dev/null < /dev/null 2>&1
        measure "exec-$r" '' "$c exec exec /bin/true" ''
        $c delete --force exec
    done
    for r in $runtimes; do
        c="$work/$r --root $work/root-$r"
        cat > "$work/cycle-$r" <<S
#!/bin/sh
$c create --bundle $work/bundle-$r three && $c start three && $c delete --force three
S
        chmod +x "$work/cycle-$r"
        measure "cycle-$r" '' "$work/cycle-$r" ''
    done
done
for r in $runtimes; do
    [ -z "$only" ] || break
    c="$work/$r --root $work/root-$r"
    $c create --bundle "$work/bundle-$r" rss > /dev/null < /dev/null 2>&1
    pid=$($c state rss | jq .pid)
    awk '/^VmRSS/ { print $2 }' "/proc/$pid/status" > "$work/rss-$r"
    $c delete --force rss
done

# more KIND RUNTIME: what a filter adds in milliseconds, the median over the turns
more() {
    paste "$work/times-filter-$1-$2" "$work/times-filter-none-$2" | awk '{ print $1 - $2 }' | median
}

# --- the table -------------------------------------------------------------------------------------------------------
[ -n "$only" ] || hello_ms=$(median < "$work/times-hello")
ratio() { awk "BEGIN { printf \"%.2f\", $1 / $hello_ms }"; }
cell() {
    [ -s "$work/times-$1-$2" ] || { echo '–'; return; }
    local ms
    ms=$(median < "$work/times-$1-$2")
    echo "$ms ms ($(ratio "$ms") ×)"
}
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
table() {
    echo "Medians of $((per_round * rounds)) runs; in brackets the multiple of a JVM hello world (\`java -Xshare:auto\`, same JDK): $hello_ms ms."
    echo
    echo '| | jrunc | runc | crun | aim |'
    echo '|---|---|---|---|---|'
    echo "| \`--version\` | $(cell version jrunc) | $(cell version runc) | $(cell version crun) | |"
    echo "| \`state\` | $(cell state jrunc) | $(cell state runc) | $(cell state crun) | ≤ 1.5 × |"
    echo "| \`create\` | $(cell create jrunc) | $(cell create runc) | $(cell create crun) | ≤ 2.5 × |"
    echo "| \`run /bin/true\` | $(cell run jrunc) | $(cell run runc) | $(cell run crun) | ≤ 3 × |"
    echo "| \`exec /bin/true\` | $(cell exec jrunc) | $(cell exec runc) | $(cell exec crun) | ≤ 3 × |"
    echo "| \`create\` + \`start\` + \`delete\` | $(cell cycle jrunc) | $(cell cycle runc) | $(cell cycle crun) | |"
    rss() { [ -s "$work/rss-$1" ] && echo "$(cat "$work/rss-$1") kB" || echo '–'; }
    echo "| memory of the waiting init (RSS) | $(rss jrunc) | $(rss runc) | $(rss crun) | ≤ 100 kB |"
}
{
    if [ -z "$only" ]; then
        table
        echo
    fi
    filter_table
    echo
    echo "$(date -u +%F), Linux $(uname -r), $(nproc) processors; $(runc --version 2> /dev/null | head -1), $(crun --version 2> /dev/null | head -1), $("$java_home/bin/java" -version 2>&1 | sed -n 2p)."
} | tee ${output:+"$output"}

[ -n "$check" ] || exit 0
missed=0
demand() { # NAME VALUE LIMIT
    awk "BEGIN { exit !($2 > $3) }" || return 0
    echo "bench.sh: missed: $1 is $2, at most $3 was promised" >&2
    missed=1
}
demand 'ms that a filter from the cache adds' "$(more warm jrunc)" 1
[ -z "$only" ] || exit $missed
demand 'state / hello' "$(ratio "$(median < "$work/times-state-jrunc")")" 1.5
demand 'create / hello' "$(ratio "$(median < "$work/times-create-jrunc")")" 2.5
demand 'run / hello' "$(ratio "$(median < "$work/times-run-jrunc")")" 3
demand 'exec / hello' "$(ratio "$(median < "$work/times-exec-jrunc")")" 3
demand 'RSS of the waiting init in kB' "$(cat "$work/rss-jrunc")" 100
exit $missed
