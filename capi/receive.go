package main

// #include "rosgo.h"
import "C"

import (
	"unsafe"

	"librouteros/core/client"
	"librouteros/core/wire"
)

// kinds are the reply words that have a flag of their own in a result.
var kinds = [...]C.uint8_t{
	client.Row:   C.ROSGO_ROW,
	client.Done:  C.ROSGO_DONE,
	client.Trap:  C.ROSGO_TRAP,
	client.Fatal: C.ROSGO_FATAL,
	client.Empty: C.ROSGO_OTHER,
}

//export rosgo_receive
func rosgo_receive(handle unsafe.Pointer, input *C.struct_rosgo_input) (errno C.int) {
	defer recovered(&errno)
	defer collectSometimes()
	conn := restore(handle)
	input.consumed, input.more_records, input.more_spans, input.ended = 0, 0, 0, 0
	data := unsafe.Slice((*byte)(input.data), int(input.length))
	for conn.index(input) {
		start := input.consumed
		reply, n, err := conn.Next(data[start:])
		input.consumed += C.size_t(n)
		if err != nil {
			input.ended = errnoOf(err)
			break
		}
		if n == 0 {
			break
		}
		if reply == nil {
			continue
		}
		conn.spans = reply.Spans()
		conn.record = C.struct_rosgo_record{
			handler:    C.uintptr_t(reply.Handler),
			base:       input.base + start,
			word_count: C.uint32_t(reply.Len()),
			kind:       kinds[reply.Kind],
		}
		if len(reply.Tag) > 0 {
			conn.record.tag_start = C.uint32_t(uintptr(unsafe.Pointer(&reply.Tag[0])) - uintptr(unsafe.Pointer(&data[start])))
			conn.record.tag_length = C.uint32_t(len(reply.Tag))
		}
		if reply.Kind == client.Fatal {
			conn.waiting = conn.Handlers()
		}
	}
	input.login = C.int(conn.LoginState())
	return 0
}

// index puts the record at hand, if there is one, into the index of the inbox, and returns whether it could:
// otherwise it has noted what room it lacks.
func (c *connection) index(input *C.struct_rosgo_input) bool {
	words := C.size_t(len(c.spans))
	if words == 0 {
		return true
	}
	count := C.size_t(1 + len(c.waiting))
	if input.record_room-input.record_count < count || input.span_room-input.span_count < words {
		input.more_records, input.more_spans = count, words
		return false
	}
	spans := unsafe.Slice((*wire.Span)(unsafe.Pointer(input.spans)), int(input.span_room))
	copy(spans[input.span_count:], c.spans)
	c.record.first_span = C.uint32_t(input.span_count)
	input.span_count += words

	records := unsafe.Slice(input.records, int(input.record_room))[input.record_count:]
	input.record_count += count
	for i, handler := range c.waiting {
		records[i] = c.record
		records[i].handler, records[i].copy = C.uintptr_t(handler), 1
	}
	records[len(c.waiting)] = c.record
	c.spans, c.waiting = nil, nil
	return true
}
