#!/bin/sh
# The examples do what they say, against old and new routers.
set -u

cd "$(dirname "$0")/../.." || exit 1
. tests_c/install/common.sh

# Runs an example; its output is in $work/out and $work/err, its exit status in $status.
example() { # NAME PASSWORD
	timeout 60 "build/examples/$1" 127.0.0.1 admin "$2" "$port" >"$work/out" 2>"$work/err"
	status=$?
}

prints() { # PATTERN...
	[ $status -eq 0 ] && [ ! -s "$work/err" ] || return 1
	for pattern in "$@"; do
		grep -qE "$pattern" "$work/out" || return 1
	done
}

told() { # STATUS PATTERN
	[ $status -eq "$1" ] && grep -qE "$2" "$work/err" && [ ! -s "$work/out" ]
}

show() {
	"$@" || {
		cat "$work/out" "$work/err"
		echo "status $status"
		return 1
	}
}

for version in 6.42 7.18; do
	start_router $version

	example interfaces secret
	check "interfaces, $version" show prints '^name +type +rx-byte +tx-byte +running$' \
		'^ether1 +ether +[0-9]+ +[0-9]+ +(true|false)$'
	example select secret
	check "select, $version" show prints '^[0-9.]+/[0-9]+ +[a-z]'
	example tags secret
	check "tags, $version" show prints '^interface ether1$' '^address [0-9.]+/[0-9]+$'
	example cancel secret
	check "cancel, $version" show prints '^rx [0-9]+ bit/s, tx [0-9]+ bit/s$' 'interrupted'
	same "cancel, $version: five rows" 5 "$(grep -c '^rx ' "$work/out")"
	printf '/interface/print\n?name=ether1\n\n/no/such\n\n/interface/print\nnever sent' >"$work/typed"
	timeout 60 build/examples/cmd 127.0.0.1 admin secret "$port" <"$work/typed" >"$work/out" 2>"$work/err"
	status=$?
	check "cmd, $version" show prints '^>>> !re$' '^>>> =name=ether1$' '^>>> !trap$' '^>>> =message='
	same "cmd, $version: two commands, two ends" 2 "$(grep -c '^>>> !done$' "$work/out")"

	for name in interfaces select tags cancel cmd; do
		example $name wrong
		check "$name, $version: a wrong password is told" show told 1 'cannot log in as admin: Permission denied'
	done
done

stop_router
for name in interfaces select tags cancel cmd; do
	example $name secret
	check "$name: a refused connection is told" show told 1 'cannot connect to 127.0.0.1: Connection refused'
	timeout 60 build/examples/$name >"$work/out" 2>"$work/err"
	status=$?
	check "$name: usage" show told 2 '^usage: .*address user password \[port\]$'
done
