#!/bin/sh
# What make does again, and what not; the demo.
set -u

cd "$(dirname "$0")/../.." || exit 1
. tests_c/install/common.sh

# Whether make would do something if FILE had changed.
rebuilds() { # TARGET FILE
	! "$MAKE" -q "$1" -W "$2" CC="$CC"
}

check "a second make has nothing to do" "$MAKE" -q CC="$CC"
for file in include/librouteros.h include/librouteros_ext.h capi/librouteros.map capi/api.c \
	core/wire/decoder.go go.mod; do
	check "the shared library is built again when $file has changed" rebuilds shared $file
	check "so is the static one" rebuilds static $file
done
check "the simulated router is built again when its source has changed" rebuilds routersim cmd/routersim/main.go
check "an example is built again when its source has changed" rebuilds examples examples/tags.c
check "make help tells of each target" sh -c '"$1" help | grep -q "^ *install .*PREFIX"' sh "$MAKE"

check "the demo succeeds" sh -c 'timeout 60 examples/demo.sh >"$1"' sh "$work/demo"
same "it shows both generations of RouterOS" "RouterOS 6.42:
RouterOS 7.18:" "$(grep RouterOS "$work/demo")"
same "and a table each" 2 "$(grep -c '^ether1 ' "$work/demo")"
