#!/bin/sh
# A program that uses the library can be looked into as any other.
set -u

cd "$(dirname "$0")/../.." || exit 1
. tests_c/install/common.sh

# shellcheck disable=SC2046
$CC -std=c99 -D_GNU_SOURCE -Wall -Wextra -Wpedantic -Werror -g -O0 $(pkg-config --cflags librouteros) \
	tests_c/guest/debugged.c -o "$work/debugged" -L"$stage/lib" -lrouteros -Wl,-rpath,"$stage/lib" ||
	echo "not ok - a program compiles"
start_router 7.18
check "the program works" timeout 60 "$work/debugged" "$port"

# The library is stripped, so what of it has names is its functions.
frames() {
	timeout 100 gdb -nx -batch -ex 'set breakpoint pending on' -ex 'break on_row' -ex run -ex bt \
		--args "$work/debugged" "$port" 2>/dev/null </dev/null |
		sed -n 's/^#[0-9]* .*\b\(on_row\|ros_runloop_once\|main\) (.*/\1/p'
}

# It is stopped by nothing: no signal of the runtime's, no fault that it would catch.
undisturbed() {
	timeout 100 gdb -nx -batch -ex run --args "$work/debugged" "$port" >"$work/gdb.log" 2>&1 </dev/null
	cat "$work/gdb.log"
	grep -q 'exited normally' "$work/gdb.log" && ! grep -q 'received signal' "$work/gdb.log"
}

if command -v gdb >/dev/null; then
	same "gdb shows the frames from a callback down to main" "on_row
ros_runloop_once
main" "$(frames)"
	check "gdb runs the program to its end" undisturbed
else
	echo "ok - gdb shows the program's frames # SKIP gdb is not installed (package gdb)"
fi

memcheck() {
	timeout 200 valgrind -q --error-exitcode=9 --leak-check=full --suppressions=tests_c/guest/librouteros.supp "$@"
}

# Without, it would not be seen that errors are told at all.
finds_errors() {
	memcheck "$work/wrong" "$port" >"$work/wrong.log" 2>&1
	status=$?
	cat "$work/wrong.log"
	[ $status -eq 9 ] && grep -q 'Invalid read' "$work/wrong.log" && grep -q 'definitely lost' "$work/wrong.log"
}

if command -v valgrind >/dev/null; then
	check "valgrind has nothing to say of the program" memcheck "$work/debugged" "$port"
	# shellcheck disable=SC2046
	$CC -g $(pkg-config --cflags librouteros) -x c - -o "$work/wrong" -L"$stage/lib" -lrouteros \
		-Wl,-rpath,"$stage/lib" <<'END'
#include <librouteros.h>
#include <stdlib.h>
int main(int argc, char **argv)
{
	struct ros_connection *conn = ros_connect("127.0.0.1", atoi(argv[argc - 1]));
	struct ros_result *lost, *freed;
	ros_login(conn, "admin", "secret");
	lost = ros_send_command_wait(conn, "/interface/print", (char *)0);
	freed = ros_read_packet(conn);
	ros_result_free(freed);
	ros_get(freed, "=name");
	lost = freed = 0;
	return ros_disconnect(conn);
}
END
	check "valgrind still finds what a program does wrong" finds_errors
else
	echo "ok - valgrind has nothing to say # SKIP valgrind is not installed (package valgrind)"
fi
