#!/bin/sh
# The library has the binary interface of the original, and maybe more.
set -u

cd "$(dirname "$0")/../.." || exit 1
name="the drop-in ABI is unchanged"
if ! command -v abidiff >/dev/null; then
	echo "ok - $name # SKIP abidiff is not installed (abigail-tools)"
elif [ "$(uname -m)" != x86_64 ]; then
	echo "ok - $name # SKIP the description is of x86-64"
elif abidiff --no-added-syms tests_c/abi/librouteros.abi build/obj/librouteros.so; then
	echo "ok - $name"
else
	echo "not ok - $name"
fi
