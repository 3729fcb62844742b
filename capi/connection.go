package main

// #include "librouteros_ext.h"
// #include "rosgo.h"
import "C"

import (
	"sync/atomic"
	"unsafe"

	"github.com/mattn/go-pointer"

	"librouteros/core/client"
	"librouteros/core/wire"
)

// connection is the Go side of a struct connection, which holds a handle to it.
type connection struct {
	*client.Conn

	// What is to go into the index of the inbox next, which may have had no room for it yet: where the words
	// lie (the decoder's, good until it goes on), the record, and who else gets one.
	spans   []wire.Span
	record  C.struct_rosgo_record
	waiting []client.Handler
}

// handles counts the connections that C holds a handle to.
var handles atomic.Int64

// restore returns the connection that handle was made for.
func restore(handle unsafe.Pointer) *connection {
	return pointer.Restore(handle).(*connection)
}

//export rosgo_connect
func rosgo_connect(handle *unsafe.Pointer) (errno C.int) {
	defer recovered(&errno)
	*handle = pointer.Save(&connection{Conn: client.New(wire.Limits{})})
	handles.Add(1)
	return 0
}

//export rosgo_disconnect
func rosgo_disconnect(handle unsafe.Pointer) {
	var errno C.int
	defer recovered(&errno)
	pointer.Unref(handle)
	handles.Add(-1)
	collectSometimes()
}

//export rosgo_get_counters
func rosgo_get_counters(handle unsafe.Pointer, counters *C.struct_ros_counters) (errno C.int) {
	defer recovered(&errno)
	counters.handles = C.uint64_t(handles.Load())
	if handle == nil {
		return 0
	}
	counted := restore(handle).Counters()
	counters.sentences_sent = C.uint64_t(counted.SentencesSent)
	counters.sentences_received = C.uint64_t(counted.SentencesReceived)
	counters.bytes_received = C.uint64_t(counted.BytesReceived)
	return 0
}
