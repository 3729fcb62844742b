package main

// #include <errno.h>
import "C"

import (
	"errors"

	"librouteros/core/client"
	"librouteros/core/wire"
)

// errnoOf returns the errno that librouteros.h promises for an error of the core.
func errnoOf(err error) C.int {
	if err == nil {
		return 0
	}
	var refused *client.LoginError
	switch {
	case errors.As(err, &refused):
		return C.EACCES
	case errors.Is(err, client.ErrFatal):
		return C.ECONNRESET
	case errors.Is(err, client.ErrLoginUnderWay):
		return C.EBUSY
	case errors.Is(err, wire.ErrLimit):
		return C.EMSGSIZE
	case errors.Is(err, wire.ErrReserved):
		return C.EPROTO
	}
	return C.EINVAL
}

// recovered is deferred by every export: should there be an error in this library, the process that it is
// a guest of lives on, and the call fails.
func recovered(errno *C.int) {
	if recover() != nil {
		*errno = C.ENOTRECOVERABLE
	}
}
