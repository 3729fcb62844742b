#!/bin/sh
# A program that was built with another library of the original's binary interface, whose soname is none,
# runs with ours through LD_LIBRARY_PATH alone.
set -u

cd "$(dirname "$0")/../.." || exit 1
. tests_c/install/common.sh

mkdir "$work/original"
check "the stand-in for the original builds" \
	$CC -fPIC -shared tests_c/abi/original.c -o "$work/original/librouteros.so"
check "a program builds with it" \
	$CC -std=c99 -Wall -Wextra -Wno-write-strings -Itests_c/abi tests_c/install/old_program.c \
	"-L$work/original" -lrouteros -o "$work/old_program"
same "it asks for librouteros.so by that name" librouteros.so \
	"$(readelf -d "$work/old_program" | sed -n 's/.*(NEEDED).*\[\(librouteros.*\)\]/\1/p')"
same "which does nothing" "cannot connect" \
	"$(LD_LIBRARY_PATH=$work/original "$work/old_program" 127.0.0.1 1 admin secret 2>&1)"

for version in 6.42 6.44 6.49 7.17 7.18; do
	start_router $version
	check "on ours it works with RouterOS $version" env LD_LIBRARY_PATH="$stage/lib" LD_BIND_NOW=1 \
		timeout 60 "$work/old_program" 127.0.0.1 "$port" admin secret
done
