#!/bin/sh
# Runs all tests and prints the totals last. The C programs and the scripts under tests_c print a line
# "ok ..." or "not ok ..." for each test, with "# SKIP reason" in it for one that was not run.
#
# Called by `make test`, which has built and staged the library. With arguments, runs only the C programs
# and scripts of these names: tests_c/run.sh test_login
set -u

cd "$(dirname "$0")/.." || exit 1
root=$(pwd)
stage=$root/build/stage
out=$root/build/test
: "${CC:=gcc}"
export CC
export PKG_CONFIG_PATH="$stage/lib/pkgconfig"
only=" $* "

passed=0
failed=0
skipped=0
mkdir -p "$out"

chosen() {
	[ "$only" = "  " ] || case $only in *" $1 "*) true ;; *) false ;; esac
}

# Reports NAME and adds to the totals, from the counts PASSED FAILED SKIPPED; LOG is shown on failure.
report() {
	passed=$((passed + $3))
	failed=$((failed + $4))
	skipped=$((skipped + $5))
	if [ "$4" -gt 0 ]; then
		printf 'FAIL  %s: %s passed, %s failed\n' "$1" "$3" "$4"
		grep -v '^ok ' "$2" | sed 's/^/      /'
	else
		printf 'ok    %s: %s passed\n' "$1" "$3"
	fi
}

# Without a tool a test is skipped, in CI it fails: there, nothing may go untested unseen.
lacks() { # NAME REASON
	if [ -n "${CI:-}" ]; then
		printf 'FAIL  %s: %s\n' "$1" "$2"
		failed=$((failed + 1))
	else
		printf 'SKIP  %s: %s\n' "$1" "$2"
		skipped=$((skipped + 1))
	fi
}

# Runs COMMAND, which prints lines as above, for at most five minutes.
run_lines() { # NAME COMMAND...
	name=$1
	log=$out/$name.log
	shift
	timeout -k 10 300 "$@" >"$log" 2>&1 </dev/null
	status=$?
	not_run=$(grep -cE '^(not )?ok .*# SKIP' "$log")
	good=$(grep -E '^ok ' "$log" | grep -vc '# SKIP')
	bad=$(grep -E '^not ok ' "$log" | grep -vc '# SKIP')
	# A program that says how many tests it has, and ends before the last, fails all that it did not come to.
	planned=$(sed -n 's/^1\.\.\([0-9]*\)$/\1/p' "$log" | awk '{ n += $1 } END { print n + 0 }')
	lost=$((planned - good - bad - not_run))
	if [ $lost -gt 0 ]; then
		bad=$((bad + lost))
	elif [ "$bad" -eq 0 ] && { [ $status -ne 0 ] || [ $((good + not_run)) -eq 0 ]; }; then
		bad=1
	fi
	if [ "$bad" -gt 0 ]; then
		printf '%s\n' "ended with status $status (124: out of time)" >>"$log"
	fi
	if [ "$not_run" -gt 0 ]; then
		grep -E '^(not )?ok .*# SKIP' "$log" | sed -E "s/^(not )?ok [-0-9 ]*/SKIP  $name: /"
		if [ -n "${CI:-}" ]; then
			untooled=$(grep -E '^(not )?ok .*# SKIP' "$log" | grep -c 'not installed')
			not_run=$((not_run - untooled))
			bad=$((bad + untooled))
		fi
	fi
	report "$name" "$log" "$good" "$bad" "$not_run"
}

# Runs `go test -v` with these arguments.
run_go() { # NAME ARGUMENTS...
	name=$1
	log=$out/$name.log
	shift
	go test -v -count=1 "$@" >"$log" 2>&1 </dev/null
	status=$?
	good=$(grep -c '^--- PASS' "$log")
	bad=$(grep -c '^--- FAIL' "$log")
	not_run=$(grep -cE '^ *--- SKIP' "$log")
	if [ "$bad" -eq 0 ] && { [ $status -ne 0 ] || [ "$good" -eq 0 ]; }; then
		bad=1
	fi
	if [ "$not_run" -gt 0 ]; then
		grep -E 'is not installed|^ *--- SKIP' "$log" | sed "s/^ */SKIP  $name: /"
		untooled=$(grep -c 'is not installed' "$log")
		if [ -n "${CI:-}" ] && [ "$untooled" -gt 0 ]; then
			bad=$((bad + not_run))
			not_run=0
		fi
	fi
	grep -vE '^(=== |ok  |PASS$|\?)|^ *--- PASS' "$log" >"$log.short"
	report "$name" "$log.short" "$good" "$bad" "$not_run"
}

# Builds and runs a C test against what was installed, as a user's program would be: with the shared library
# or the static one.
run_c() { # SOURCE [static]
	name=$(basename "$1" .c)${2:+-$2}
	support=tests_c/support/*.c
	case $1 in
	tests_c/guest/*)
		name=guest-$name
		support="$support tests_c/guest/support/*.c"
		;;
	esac
	log=$out/$name.log
	if ! pkg-config --exists cmocka 2>/dev/null; then
		lacks "$name" "cmocka is not installed"
		return
	fi
	libraries=$(pkg-config --libs librouteros)
	if [ "${2:-}" = static ]; then
		libraries=$stage/lib/librouteros.a
	fi
	# shellcheck disable=SC2046,SC2086
	if ! $CC -std=c99 -g -O1 -Wall -Wextra -Wpedantic -Werror -D_GNU_SOURCE -Itests_c "$1" $support -o "$out/$name" \
		$(pkg-config --cflags librouteros) $libraries $(pkg-config --cflags --libs cmocka) \
		-Wl,-rpath,"$stage/lib" -pthread -ldl >"$log" 2>&1; then
		report "$name" "$log" 0 1 0
		return
	fi
	run_lines "$name" env CMOCKA_MESSAGE_OUTPUT=TAP ROUTERSIM="$root/build/routersim" "$out/$name"
}

if [ "$only" = "  " ]; then
	run_go go -race ./...
	run_lines core-without-cgo env CGO_ENABLED=0 go test -count=1 ./core/...
fi

for source in tests_c/test_*.c tests_c/guest/test_*.c; do
	if [ -e "$source" ] && chosen "$(basename "$source" .c)"; then
		run_c "$source"
		# Where it matters how the runtime came into the process.
		case $source in
		tests_c/guest/test_unused.c | tests_c/guest/test_fork*.c | tests_c/guest/test_signals.c | \
			tests_c/guest/test_crash.c | tests_c/guest/test_threads.c)
			run_c "$source" static
			;;
		esac
	fi
done

for script in tests_c/install/test_*.sh tests_c/abi/test_*.sh tests_c/guest/test_*.sh tests_c/bench/test_*.sh; do
	name=$(basename "$script" .sh)
	if [ -e "$script" ] && chosen "$name"; then
		run_lines "$name" "$script"
	fi
done

totals="$passed passed, $failed failed"
if [ $skipped -gt 0 ]; then
	totals="$totals, $skipped skipped"
fi
echo "$totals" >"$out/totals"
echo "$totals"
[ $failed -eq 0 ]
