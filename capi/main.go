// Command capi is the library librouteros: built with -buildmode=c-shared or c-archive, it is what C
// programs link with. The functions of the headers are in its C files, which wait, move bytes, and call
// callbacks; the functions exported here, one for each, decide, with the help of core/client.
//
// No export waits, starts a goroutine, or keeps a pointer to C memory. All are called through gate.c, for
// one connection by one thread at a time, as rosgo.h says.
package main

// #cgo CFLAGS: -I${SRCDIR}/../include
// #include "rosgo.h"
import "C"

import (
	"unsafe"

	_ "librouteros/internal/rt"
)

// The variables that the constructor in internal/rt sets are C's alone; naming them here makes the linker
// keep them.
var _ = []unsafe.Pointer{
	unsafe.Pointer(&C.ros_go_rt0),
	unsafe.Pointer(&C.ros_go_sigtable),
	unsafe.Pointer(&C.ros_go_scavenger),
}

func main() {}

//export rosgo_ready
func rosgo_ready() {}
