#!/bin/sh
# Measures holor, and other programs beside it, on the graphics card of this machine, within a number of seconds:
#
#     sh measure.sh RESULTS [SECONDS]
#
# The folder of this script holds all that is needed but Python with NumPy and the peers (JAX, CuPy, PyTorch: those that are there), CUDA's
# libraries, and compute-sanitizer. What is worth most comes first. Each part has a limit of its own, and half of what the parts
# before it have left; what it prints goes to RESULTS/PART.txt, its numbers to RESULTS/PART.json. Without a card the peers calculate
# small boxes on the processor. PYTHON names another Python.
set -u

here=$(cd "$(dirname "$0")" && pwd)
[ $# -ge 1 ] || { echo "usage: sh measure.sh RESULTS [SECONDS]" >&2; exit 2; }
mkdir -p "$1" || exit 2
out=$(cd "$1" && pwd)
total=${2:-480}
python=${PYTHON:-python3}
began=$(date +%s)
# For the table at the end.
reserve=8
saved=0
way=$PATH

export PYTHONDONTWRITEBYTECODE=1
scratch=$(mktemp -d) || exit 2
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' INT TERM
export TMPDIR="$scratch" TORCHINDUCTOR_CACHE_DIR="$scratch/torch" CUPY_CACHE_DIR="$scratch/cupy"

# CUDA's libraries where they are not on the loader's path: a toolkit's, or those of Python packages. For our programs alone.
libraries=${LD_LIBRARY_PATH:-}
packages=$("$python" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])' 2>/dev/null)
for folder in /usr/local/cuda/lib64 /usr/local/cuda-1*/lib64 "$packages"/nvidia/*/lib; do
    [ -d "$folder" ] && libraries="$libraries${libraries:+:}$folder"
done

# part NAME SECONDS COMMAND…: SECONDS of 480, as a share of those that there are.
part() {
    name=$1
    share=$(($2 * (total - reserve) / 480))
    shift 2
    now=$(date +%s)
    left=$((total - reserve - (now - began)))
    limit=$((share + saved / 2))
    [ "$limit" -gt "$left" ] && limit=$left
    if [ "$limit" -lt 3 ]; then
        echo "── $name: left out, no time"
        echo "left out: no time" > "$out/$name.txt"
        return
    fi
    timeout -k 5 "$limit" "$@" > "$out/$name.txt" 2>&1
    code=$?
    used=$(($(date +%s) - now))
    saved=$((saved + share - used))
    [ "$saved" -lt 0 ] && saved=0
    case $code in
    0) echo "── $name: done in $used s" ;;
    124 | 137) echo "── $name: stopped after $used s" | tee -a "$out/$name.txt" ;;
    *) echo "── $name: failed with $code after $used s" | tee -a "$out/$name.txt" ;;
    esac
}

# ours NAME SECONDS PROGRAM ARGUMENTS…: a part by one of our programs.
ours() {
    ours_name=$1 ours_share=$2 program=$3
    shift 3
    if [ -x "$here/$program" ]; then
        part "$ours_name" "$ours_share" env PATH="$way" LD_LIBRARY_PATH="$libraries" "$here/$program" "$@"
    else
        echo "── $ours_name: left out, $program is not here"
    fi
}

# What is there.
versions() {
    date -u +%Y-%m-%d
    uname -srm
    nvidia-smi --query-gpu=name,driver_version,memory.total,clocks.max.sm,clocks.max.mem,power.limit --format=csv,noheader
    nvidia-smi
    nvcc --version | tail -2
    "$python" --version
}

rm -f "$out"/*.json
date -u +%Y-%m-%d > "$out/date.txt"
versions > "$out/machine.txt" 2>&1

ours marks 165 speed marks --seconds 1 --json "$out/marks.json"
smaller=1
grep -q '"card"' "$out/marks.json" 2>/dev/null || smaller=32
ours first 25 speed first --json "$out/first.json"
# Without the way to a C++ compiler, with which the tests run every kernel on the processor, too; left out are those that need one, and
# those that compare listings with files.
mkdir "$scratch/none"
printf '#!/bin/sh\nexit 1\n' > "$scratch/none/g++"
chmod +x "$scratch/none/g++"
way=$scratch/none:$PATH
ours tests 60 kernels --skip listings --skip products_have_the_bits_of_plain_sums --color never
way=$PATH
for peer in jax torch cupy; do
    case $peer in jax) share=55 ;; torch) share=65 ;; *) share=40 ;; esac
    part $peer $share "$python" "$here/peers.py" $peer --smaller $smaller --seconds 0.6 --json "$out/$peer.json"
done
ours golden 25 speed golden --seconds 0.4 --json "$out/golden.json"

sanitizer=$(command -v compute-sanitizer || ls /usr/local/cuda*/bin/compute-sanitizer 2>/dev/null | head -1)
if [ -n "$sanitizer" ] && [ -x "$here/kernels" ]; then
    short="behaviour::sums_have_their_order behaviour::stores_in_a_region_leave_all_other_cells_and_ghosts
        behaviour::groups_of_cells_are_summed behaviour::transforms_are_the_sums_that_define_them
        lines::equations_agree_with_the_interpreter"
    for tool in memcheck racecheck; do
        # shellcheck disable=SC2086 # several names
        part $tool 22 env PATH="$scratch/none:$PATH" LD_LIBRARY_PATH="$libraries" \
            "$sanitizer" --tool $tool --error-exitcode 9 "$here/kernels" --exact $short --test-threads 1 --color never
    done
else
    echo "── memcheck, racecheck: left out, no compute-sanitizer"
fi

echo
"$python" "$here/bench.py" "$out"
echo "in $(($(date +%s) - began)) s; everything is in $out"
