#!/bin/sh
# Writes librouteros.abi, the description of the drop-in ABI on x86-64, from original.h. There is reason to
# only when that turns out to be wrong about the original, or libabigail changes its format.
set -eu

cd "$(dirname "$0")/../.."
mkdir -p build/abi
"${CC:-gcc}" -g -O0 -fPIC -shared -Wl,-soname,librouteros.so.1 \
	-Wl,--version-script=capi/librouteros.map tests_c/abi/original.c -o build/abi/librouteros.so
abidw --no-corpus-path --no-comp-dir-path --no-show-locs --no-elf-needed \
	--out-file tests_c/abi/librouteros.abi build/abi/librouteros.so
