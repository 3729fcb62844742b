// Command capi is the library librouteros: built with -buildmode=c-shared or c-archive, it is what C
// programs link with. The functions of the headers are in its C files, which wait, move bytes, and call
// callbacks; the functions exported here, one for each, decide, with the help of core/client.
//
// No export waits, starts a goroutine, or looks at C memory after it has returned. All are called through
// gate.c, for one connection by one thread at a time, as rosgo.h says.
package main

// #cgo CFLAGS: -I${SRCDIR}/../include
// #include "rosgo.h"
import "C"

import (
	"unsafe"

	"librouteros/core/client"
	"librouteros/core/wire"
	_ "librouteros/internal/rt"
)

// The variables that the constructor in internal/rt sets are C's alone; naming them here makes the linker
// keep them.
var _ = []unsafe.Pointer{
	unsafe.Pointer(&C.ros_go_rt0),
	unsafe.Pointer(&C.ros_go_sigtable),
	unsafe.Pointer(&C.ros_go_scavenger),
}

// What C and Go both say must be the same; what C makes room for, at least what core needs.
const (
	_ = uint(C.ROSGO_PER_SENTENCE - client.MaxTagSize - 1)
	_ = uint(C.ROSGO_CANCEL_SIZE - client.MaxCancelSize)
	_ = uint(C.ROSGO_LOGIN_SIZE - client.MaxLoginSize)
)

var (
	_ = [1]int{}[unsafe.Sizeof(wire.Span{})-C.sizeof_struct_rosgo_span]
	_ = [1]int{}[client.LoginWaiting-C.ROSGO_LOGIN_WAITING]
	_ = [1]int{}[client.LoginChallenged-C.ROSGO_LOGIN_CHALLENGED]
)

func main() {}

//export rosgo_ready
func rosgo_ready() {}
