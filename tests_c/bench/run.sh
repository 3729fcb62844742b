#!/bin/sh
# Builds the benchmarks against the shared library in build/, as `make bench` has made it, and runs them: all,
# or the measures given by name (see main.c). With BENCH_QUICK set, it is a test of the benchmarks themselves.
set -eu

cd "$(dirname "$0")/../.."
out=build/bench
run_path='$ORIGIN/..'
if [ -n "${BENCH_QUICK:-}" ]; then
	# A place of its own, so that tests do not disturb a measurement under way.
	out=build/test/bench
	run_path='$ORIGIN/../..'
fi
: "${CC:=gcc}"
flags="-std=c99 -O2 -Wall -Wextra -Wpedantic -Werror -D_GNU_SOURCE -Iinclude"
libraries="-Lbuild -lrouteros -Wl,-rpath,$run_path"
mkdir -p $out

sources=
for source in tests_c/bench/*.c; do
	case $source in
	*/guest_program.c) ;;
	*) sources="$sources $source" ;;
	esac
done
# shellcheck disable=SC2086
{
	$CC $flags $sources -o $out/bench $libraries
	$CC $flags tests_c/bench/guest_program.c -o $out/guest_with $libraries
	$CC $flags -DWITHOUT_LIBRARY tests_c/bench/guest_program.c -o $out/guest_without
}
$out/bench "$@"
if [ -z "${BENCH_QUICK:-}" ] && [ $# -eq 0 ]; then
	echo
	go test -run '^$' -bench . -benchmem -benchtime 0.3s ./core/wire ./core/client | grep '^Benchmark'
fi
