#!/bin/sh
# Programs link with what was installed, in each of the ways there are, run, and start nothing until they
# use it.
set -u

cd "$(dirname "$0")/../.." || exit 1
. tests_c/install/common.sh

strict="-std=c99 -Wall -Wextra -Wpedantic -Werror"
include=-I$stage/include

# Builds a source of this folder or examples/ and runs it. LD_LIBRARY_PATH is all that leads to the library.
build_and_run() { # SOURCE LINK-ARGUMENTS...
	source=$1
	shift
	# shellcheck disable=SC2086
	$CC $strict "$source" "$@" -o "$work/program" &&
		LD_LIBRARY_PATH=$stage/lib timeout 60 "$work/program" 127.0.0.1 admin secret "$port"
}

lists_interfaces() {
	build_and_run examples/interfaces.c "$@" >"$work/out" && grep -q '^ether1 ' "$work/out"
}

start_router 7.18

if command -v pkg-config >/dev/null; then
	# shellcheck disable=SC2046
	check "by pkg-config" lists_interfaces $(pkg-config --cflags --libs librouteros)
	# shellcheck disable=SC2046
	check "wholly static, by pkg-config --static" \
		lists_interfaces -static $(pkg-config --static --cflags --libs librouteros)
	check "which leaves nothing to the loader" sh -c '! readelf -d "$1" | grep NEEDED' sh "$work/program"
else
	for name in "by pkg-config" "wholly static, by pkg-config --static"; do
		echo "ok - $name # SKIP pkg-config is not installed"
	done
fi
check "by -lrouteros" lists_interfaces "$include" "-L$stage/lib" -lrouteros
check "with the static library" lists_interfaces "$include" "$stage/lib/librouteros.a" -lpthread
check "which needs no shared one" sh -c '! readelf -d "$1" | grep routeros' sh "$work/program"
check "with the static library, no-pie" \
	lists_interfaces -no-pie "$include" "$stage/lib/librouteros.a" -lpthread
check "with the static library, unused parts left out" \
	lists_interfaces -Wl,--gc-sections "$include" "$stage/lib/librouteros.a" -lpthread

the_readme_program_runs() {
	awk '/^```/ { inside = /^```c/ && !found; found += inside; next } inside' README.md |
		sed "s/192\.168\.88\.1/127.0.0.1/; s/ROS_PORT/$port/" >"$work/readme.c"
	[ "$(build_and_run "$work/readme.c" "$include" "-L$stage/lib" -lrouteros)" = MikroTik ]
}
check "the first program of the README" the_readme_program_runs

check "the shared library starts nothing until used" \
	build_and_run tests_c/install/lazy.c "$include" "-L$stage/lib" -lrouteros
check "nor does the static one" \
	build_and_run tests_c/install/lazy.c "$include" "$stage/lib/librouteros.a" -lpthread
