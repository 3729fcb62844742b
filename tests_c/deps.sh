#!/bin/sh
# Installs what the tests and lint need and this machine lacks, and only that: through apt, when that may
# be done without a password. Else it names the command and fails.
set -u

missing=
need() { # PACKAGE COMMAND...: the package is missing if the command fails
	package=$1
	shift
	"$@" >/dev/null 2>&1 || missing="$missing $package"
}

find_missing() {
	missing=
	need pkg-config pkg-config --version
	need libcmocka-dev pkg-config --exists cmocka
	need abigail-tools abidiff --version
	need clang clang --version
	need gdb gdb --version
	need valgrind valgrind --version
	need nmap nmap --version
	# Debian's package is for Debian's python, which need not be the first in PATH.
	need python3-librouteros /usr/bin/python3 -c 'import librouteros'
	need nodejs node --version
	need npm npm --version
}

find_missing
if [ -z "$missing" ]; then
	exit 0
fi

sudo=
if [ "$(id -u)" -ne 0 ]; then
	sudo=sudo
fi
if command -v apt-get >/dev/null && { [ -z "$sudo" ] || sudo -n true 2>/dev/null; }; then
	echo "installing$missing"
	get="$sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300"
	# The lists may be old or absent, in which case the second try succeeds.
	# shellcheck disable=SC2086
	$get install -y --no-install-recommends $missing </dev/null >/dev/null 2>&1 ||
		{ $get update </dev/null && $get install -y --no-install-recommends $missing </dev/null; } >/dev/null
	find_missing
	if [ -z "$missing" ]; then
		exit 0
	fi
fi

echo "not installed:$missing" >&2
echo "what needs them is skipped; on Debian and Ubuntu: ${sudo:+sudo }apt-get install$missing" >&2
exit 1
