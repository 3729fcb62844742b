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
		conn.reply, conn.base, conn.tag = reply, input.base+start, 0
		if len(reply.Tag) > 0 {
			conn.tag = C.uint32_t(uintptr(unsafe.Pointer(&reply.Tag[0])) - uintptr(unsafe.Pointer(&data[start])))
		}
		if reply.Kind == client.Fatal {
			conn.waiting = conn.Handlers()
		}
	}
	input.login = C.int(conn.LoginState())
	return 0
}

// index puts the reply at hand, if there is one, into the index of the inbox, and returns whether it could:
// otherwise it has noted what room it lacks.
func (c *connection) index(input *C.struct_rosgo_input) bool {
	if c.reply == nil {
		return true
	}
	words := c.reply.Len()
	records := C.size_t(1 + len(c.waiting))
	if input.record_room-input.record_count < records || input.span_room-input.span_count < C.size_t(words) {
		input.more_records, input.more_spans = records, C.size_t(words)
		return false
	}
	spans := unsafe.Slice((*wire.Span)(unsafe.Pointer(input.spans)), int(input.span_room))
	copy(spans[input.span_count:], c.reply.Spans())
	record := C.struct_rosgo_record{
		base:       c.base,
		first_span: C.uint32_t(input.span_count),
		word_count: C.uint32_t(words),
		tag_start:  c.tag,
		tag_length: C.uint32_t(len(c.reply.Tag)),
		kind:       kinds[c.reply.Kind],
		copy:       1,
	}
	all := unsafe.Slice(input.records, int(input.record_room))
	for _, handler := range c.waiting {
		record.handler = C.uintptr_t(handler)
		all[input.record_count] = record
		input.record_count++
	}
	record.handler, record.copy = C.uintptr_t(c.reply.Handler), 0
	all[input.record_count] = record
	input.record_count++
	input.span_count += C.size_t(words)
	c.reply, c.waiting = nil, nil
	return true
}
