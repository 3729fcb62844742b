#!/bin/sh
# What `make install` puts where, and that `make uninstall` takes all of it away.
set -u

cd "$(dirname "$0")/../.." || exit 1
. tests_c/install/common.sh

version=$(sed -n 's/^#define ROS_VERSION "\(.*\)"/\1/p' include/librouteros_ext.h)
dest="$work/a folder"
libdir=/usr/lib/somewhere

run_make() {
	"$MAKE" "$1" PREFIX=/usr LIBDIR=$libdir DESTDIR="$dest" CC="$CC"
}

contents() {
	(cd "$dest" && find . ! -type d | LC_ALL=C sort)
}

check "make install succeeds" run_make install
same "all files are there, and no others" \
"./usr/include/librouteros.h
./usr/include/librouteros_ext.h$(cd include && find librouteros -name '*.h' 2>/dev/null | LC_ALL=C sort |
	sed 's|^|\n./usr/include/|')
.$libdir/librouteros.a
.$libdir/librouteros.so
.$libdir/librouteros.so.1
.$libdir/librouteros.so.1.$version
.$libdir/pkgconfig/librouteros.pc
./usr/share/librouteros/librouteros.supp" "$(contents)"
same "librouteros.so.1 leads to the library" "librouteros.so.1.$version" \
	"$(readlink "$dest$libdir/librouteros.so.1")"
same "librouteros.so leads to librouteros.so.1" librouteros.so.1 "$(readlink "$dest$libdir/librouteros.so")"
same "librouteros.pc speaks of where the files will be" \
"prefix=/usr
libdir=\${prefix}/lib/somewhere
includedir=\${prefix}/include" "$(head -n 3 "$dest$libdir/pkgconfig/librouteros.pc")"
check "installing once more succeeds" run_make install

echo mine >"$dest$libdir/other"
echo mine >"$dest/usr/include/other.h"
check "make uninstall succeeds" run_make uninstall
same "only what others put there is left" \
"./usr/include/other.h
.$libdir/other" "$(contents)"
same "no folder of ours is left" "" "$(find "$dest" -name 'librouteros*')"

if command -v pkg-config >/dev/null; then
	same "pkg-config knows the version" "$version" "$(pkg-config --modversion librouteros)"
else
	echo "ok - pkg-config knows the version # SKIP pkg-config is not installed"
fi
