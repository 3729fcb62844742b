#!/bin/sh
# Runs the example "interfaces" against a simulated router, as RouterOS of before and after the change of
# its login. The router is stopped whatever happens.
set -eu

cd "$(dirname "$0")/.."
router=
log=build/demo.log
trap 'if [ -n "$router" ]; then kill "$router" 2>/dev/null || :; fi' EXIT
trap 'exit 1' HUP INT TERM

for version in 6.42 7.18; do
	: >$log
	build/routersim -listen 127.0.0.1:0 -version $version -user admin:secret >$log 2>&1 &
	router=$!
	port=
	tries=0
	while [ -z "$port" ]; do
		if [ $tries -eq 100 ] || ! kill -0 $router 2>/dev/null; then
			echo "demo: the simulated router did not start:" >&2
			cat $log >&2
			exit 1
		fi
		sleep 0.1
		tries=$((tries + 1))
		port=$(sed -n 's/^listening on .*:\([0-9]*\)$/\1/p' $log)
	done

	echo "RouterOS $version:"
	build/examples/interfaces 127.0.0.1 admin secret "$port"
	echo

	kill $router
	wait $router || : # a signal ended it
	router=
done
