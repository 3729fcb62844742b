# What the scripts here share; they read it first, from the top of the tree.
# shellcheck shell=sh disable=SC2034

root=$(pwd)
stage=$root/build/stage
: "${CC:=gcc}" "${MAKE:=make}"
export PKG_CONFIG_PATH="$stage/lib/pkgconfig"
# A make that is run here is not part of the one that runs the tests.
unset MAKEFLAGS MFLAGS MAKELEVEL

work=$root/build/test/$(basename "$0" .sh)
rm -rf "$work"
mkdir -p "$work"

if [ ! -e "$stage/lib/librouteros.so" ]; then
	echo "not ok - the library is staged (see \`make test\`)"
	exit 1
fi

router=
stop_router() {
	if [ -n "$router" ]; then
		kill "$router" 2>/dev/null
		wait "$router" 2>/dev/null
		router=
	fi
}
trap stop_router EXIT
trap 'exit 1' HUP INT TERM

# Starts a simulated router, sets port. Its user is admin with the password secret.
start_router() { # VERSION
	stop_router
	: >"$work/router.log"
	build/routersim -listen 127.0.0.1:0 -version "$1" -user admin:secret >"$work/router.log" 2>&1 &
	router=$!
	port=
	tries=0
	while [ -z "$port" ]; do
		if [ $tries -eq 100 ] || ! kill -0 "$router"; then
			cat "$work/router.log"
			echo "not ok - the simulated router starts"
			exit 1
		fi
		sleep 0.1
		tries=$((tries + 1))
		port=$(sed -n 's/^listening on .*:\([0-9]*\)$/\1/p' "$work/router.log")
	done
}

# The test NAME passes when COMMAND succeeds; what that prints is shown when it does not.
check() { # NAME COMMAND...
	test_name=$1
	shift
	if "$@" >"$work/check.log" 2>&1 </dev/null; then
		echo "ok - $test_name"
	else
		cat "$work/check.log"
		echo "not ok - $test_name"
	fi
}

# The test NAME passes when the two texts are the same.
same() { # NAME WANTED GOT
	if [ "$2" = "$3" ]; then
		echo "ok - $1"
	else
		printf 'wanted:\n%s\ngot:\n%s\n' "$2" "$3"
		echo "not ok - $1"
	fi
}

# The public functions, by the headers.
declared() {
	sed -n '/^[a-z].*\bros_[a-z_]*(/s/.*\b\(ros_[a-z_]*\)(.*/\1/p' \
		include/librouteros.h include/librouteros_ext.h | LC_ALL=C sort
}
