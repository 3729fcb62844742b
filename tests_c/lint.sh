#!/bin/sh
# Checks the sources, Go and C. Prints what is wrong and fails; prints nothing when all is well.
set -u

cd "$(dirname "$0")/.." || exit 1
staticcheck=honnef.co/go/tools/cmd/staticcheck@v0.8.2
work=build/lint
status=0
mkdir -p $work

check() {
	"$@" || {
		echo "lint: failed: $*" >&2
		status=1
	}
}

# shellcheck disable=SC2046
unformatted=$(gofmt -l $(go list -f '{{.Dir}}' ./...))
if [ -n "$unformatted" ]; then
	echo "lint: not in gofmt's format:" >&2
	echo "$unformatted" >&2
	status=1
fi
check go vet ./...
check go run $staticcheck ./...

# Without a tool less is checked; in CI that is a failure.
lacks() {
	echo "lint: $1 is not installed, so it was left out: $2" >&2
	if [ -n "${CI:-}" ]; then
		status=1
	fi
}

cmocka=1
if ! pkg-config --exists cmocka 2>/dev/null; then
	lacks cmocka "the C tests"
	cmocka=
fi
for cc in gcc clang; do
	if ! command -v $cc >/dev/null; then
		lacks $cc "all C"
		continue
	fi
	warn="-Wall -Wextra -Wpedantic -Werror -Iinclude"
	for header in include/*.h include/librouteros/*.h; do
		if [ -e "$header" ]; then
			check $cc -std=c99 $warn -fsyntax-only -x c "$header"
			check $cc -std=c++98 $warn -fsyntax-only -x c++ "$header"
		fi
	done
	# The layout that 32-bit programs have needs no 32-bit system to be checked.
	check $cc -m32 -std=c99 $warn -fsyntax-only tests_c/support/layout.c
	for source in capi/*.c; do
		check $cc -std=c99 $warn -O2 -c "$source" -o $work/object.o
	done
	for source in examples/*.c; do
		check $cc -std=c99 $warn -O2 -c "$source" -o $work/object.o
	done
	for source in tests_c/*.c tests_c/*/*.c tests_c/*/*/*.c; do
		if [ -z "$cmocka" ] && grep -qE 'support\.h|cmocka\.h' "$source"; then
			continue
		fi
		check $cc -std=c99 $warn -O2 -D_GNU_SOURCE -Itests_c -Itests_c/abi -c "$source" -o $work/object.o
	done
done
exit $status
