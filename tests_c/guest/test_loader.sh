#!/bin/sh
# Programs that load the library at run time, or with plugins, or beside another Go library. (What the library
# files need and ask of the loader is looked at in install/test_library.sh.)
set -u

cd "$(dirname "$0")/../.." || exit 1
. tests_c/install/common.sh

compile() { # ARGUMENTS...
	# shellcheck disable=SC2046
	$CC -std=c99 -D_GNU_SOURCE -Wall -Wextra -Wpedantic -Werror -g -O1 $(pkg-config --cflags librouteros) "$@" ||
		echo "not ok - $* compiles"
}
plugin() { # NAME LIBRARIES...
	name=$1
	shift
	compile -shared -fPIC tests_c/guest/plugin.c -o "$work/$name.so" "$@"
}

compile tests_c/guest/loader.c -o "$work/loader" -pthread -ldl
shared="-L$stage/lib -lrouteros -Wl,-rpath,$stage/lib"
# shellcheck disable=SC2086
{
	plugin one $shared
	plugin two $shared
}
# A plugin that is not alone keeps the names of its copy to itself; and a runtime, once started, cannot go.
for name in static-one static-two; do
	plugin $name "$stage/lib/librouteros.a" -Wl,--exclude-libs,ALL -Wl,-z,nodelete -pthread
done
start_router 7.18

# It prints nothing when all is well.
silent() { # NAME COMMAND...
	name=$1
	shift
	same "$name" "" "$("$@" 2>&1 </dev/null || echo "fails: $?")"
}

silent "it works in a plugin, in every mode, unloaded and loaded again" "$work/loader" one "$port" "$work/one.so"
silent "it works in two plugins at once" "$work/loader" two "$port" "$work/one.so" "$work/two.so"
silent "linked statically it works in a plugin" "$work/loader" one "$port" "$work/static-one.so"
silent "linked statically it works in two plugins, which have a copy each" \
	"$work/loader" two "$port" "$work/static-one.so" "$work/static-two.so"
silent "a copy of its own and the shared library work in one process" \
	"$work/loader" two "$port" "$work/static-one.so" "$work/one.so"

if go build -buildmode=c-shared -o "$work/other.so" ./tests_c/guest/otherlibrary; then
	for when in before after; do
		silent "it works beside another Go library, loaded $when it" \
			"$work/loader" other "$port" "$work/one.so" "$work/other.so" $when
		silent "linked statically too, loaded $when it" \
			"$work/loader" other "$port" "$work/static-one.so" "$work/other.so" $when
	done
else
	echo "not ok - another Go library builds"
fi
