package main

// #include <errno.h>
// #include "rosgo.h"
import "C"

import (
	"sync"
	"unsafe"

	"librouteros/core/client"
)

// bytesOf returns C's bytes without copying them.
func bytesOf(b C.struct_rosgo_bytes) []byte {
	return unsafe.Slice((*byte)(b.data), int(b.length))
}

// room returns output as an empty slice to append to.
func room(output *C.struct_rosgo_output) []byte {
	return unsafe.Slice((*byte)(output.data), int(output.capacity))[:0]
}

// put notes what a slice made by room has become, and the errno of err. Should there be more than C has made
// room for, nothing is sent.
func put(output *C.struct_rosgo_output, sentence []byte, err error) C.int {
	if len(sentence) > int(output.capacity) {
		return C.ENOTRECOVERABLE
	}
	output.length = C.size_t(len(sentence))
	return errnoOf(err)
}

// lists holds room for the words of a command, so that long ones make no garbage.
var lists = sync.Pool{New: func() any { return new([][]byte) }}

// withWords calls use with the words of a command.
func withWords(command *C.struct_rosgo_command, use func(words [][]byte)) {
	list := lists.Get().(*[][]byte)
	defer func() {
		clear(*list)
		lists.Put(list)
	}()
	*list = (*list)[:0]
	for _, word := range unsafe.Slice(command.words, int(command.word_count)) {
		*list = append(*list, bytesOf(word))
	}
	use(*list)
}

//export rosgo_send_command
func rosgo_send_command(handle unsafe.Pointer, command *C.struct_rosgo_command) (errno C.int) {
	defer recovered(&errno)
	defer collectSometimes()
	conn := restore(handle)
	withWords(command, func(words [][]byte) {
		var sentence []byte
		var err error
		if command.tagged != 0 {
			var id client.ID
			place := client.TagPlace(command.tag_at_end != 0)
			sentence, id, err = conn.AppendCommand(room(&command.output), client.Handler(command.handler), place, words...)
			command.id = C.int(id)
		} else {
			sentence, err = conn.AppendSentence(room(&command.output), words...)
		}
		errno = put(&command.output, sentence, err)
	})
	return errno
}

//export rosgo_cancel
func rosgo_cancel(handle unsafe.Pointer, cancel *C.struct_rosgo_cancel) (errno C.int) {
	defer recovered(&errno)
	defer collectSometimes()
	sentence, id, err := restore(handle).AppendCancel(room(&cancel.output), client.ID(cancel.target))
	cancel.id = C.int(id)
	return put(&cancel.output, sentence, err)
}

//export rosgo_withdraw
func rosgo_withdraw(handle unsafe.Pointer, id C.int) (errno C.int) {
	defer recovered(&errno)
	restore(handle).Withdraw(client.ID(id))
	return 0
}

//export rosgo_add_event
func rosgo_add_event(handle unsafe.Pointer, tag *C.struct_rosgo_bytes, handler C.uintptr_t) (errno C.int) {
	defer recovered(&errno)
	defer collectSometimes()
	return errnoOf(restore(handle).Expect(bytesOf(*tag), client.Handler(handler)))
}

//export rosgo_remove_event
func rosgo_remove_event(handle unsafe.Pointer, tag *C.struct_rosgo_bytes) (errno C.int) {
	defer recovered(&errno)
	restore(handle).Forget(bytesOf(*tag))
	return 0
}

//export rosgo_login
func rosgo_login(handle unsafe.Pointer, login *C.struct_rosgo_login) (errno C.int) {
	defer recovered(&errno)
	defer collectSometimes()
	conn := restore(handle)
	step := conn.AppendLogin
	if conn.LoginState() == client.LoginChallenged {
		step = conn.AppendChallengeResponse
	}
	sentence, err := step(room(&login.output), bytesOf(login.name), bytesOf(login.password))
	return put(&login.output, sentence, err)
}

//export rosgo_login_end
func rosgo_login_end(handle unsafe.Pointer, sent C.int) (errno C.int) {
	defer recovered(&errno)
	conn := restore(handle)
	errno = errnoOf(conn.LoginErr())
	if conn.LoginState() != client.LoginAccepted {
		conn.AbandonLogin(sent != 0)
		if errno == 0 {
			errno = C.EIO
		}
	}
	return errno
}
