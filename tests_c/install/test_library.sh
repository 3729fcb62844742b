#!/bin/sh
# The library files themselves: what they export, need, and ask of the loader.
set -u

cd "$(dirname "$0")/../.." || exit 1
. tests_c/install/common.sh

library=$stage/lib/librouteros.so
archive=$stage/lib/librouteros.a
dynamic=$(readelf -dW "$library")
segments=$(readelf -lW "$library")

same "the shared library exports what the headers declare, no more, no less" "$(declared)" \
	"$(nm -D --defined-only "$library" | sed -n 's/.* [^A] \([^@]*\).*/\1/p' | LC_ALL=C sort)"
same "so does the static library" "$(declared)" \
	"$(nm -g --defined-only "$archive" | sed -n 's/^[0-9a-f]* . \(.*\)/\1/p' | LC_ALL=C sort)"
same "the soname is librouteros.so.1" librouteros.so.1 \
	"$(echo "$dynamic" | sed -n 's/.*(SONAME).*\[\(.*\)\]/\1/p')"
same "it needs no library but libc" "" \
	"$(echo "$dynamic" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' |
		grep -vE '^(libc\.so\.6|libc\.musl-.*|libpthread\.so\.0|ld-linux.*)$')"
check "it is bound at load time" sh -c 'echo "$1" | grep -q "FLAGS.*NOW"' sh "$dynamic"
check "its relocated data is read-only" sh -c 'echo "$1" | grep -q GNU_RELRO' sh "$segments"
same "it has no text relocations" "" "$(echo "$dynamic" | grep TEXTREL)"
check "its stack is not executable" sh -c 'echo "$1" | grep -q "GNU_STACK.* RW "' sh "$segments"
same "no segment is both writable and executable" "" "$(echo "$segments" | grep 'LOAD.* RWE ')"
same "it holds no path of the machine that built it" "" "$(strings -a "$library" "$archive" | grep -F "$root")"
