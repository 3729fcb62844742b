package routertest

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A Fault is one way in which a connection misbehaves. The zero Fault does nothing. Positions count
// the bytes that the router sends, from the moment at which the fault was set.
type Fault struct {
	kind  string
	at    int64
	every time.Duration
	bytes []byte
}

// Split makes the router write in pieces of size bytes, each in a system call of its own.
func Split(size int) Fault { return Fault{kind: "split", at: int64(size)} }

// Delay makes the router wait before each write; with Split, before each piece.
func Delay(d time.Duration) Fault { return Fault{kind: "delay", every: d} }

// LoginDelay makes the router take this long to answer a login that carries a password or response,
// as it does when it asks a RADIUS server. Further commands wait behind the login.
func LoginDelay(d time.Duration) Fault { return Fault{kind: "login-delay", every: d} }

// StallAt makes the router stop sending behind at bytes, and keep the connection open.
func StallAt(at int64) Fault { return Fault{kind: "stall-at", at: at} }

// CloseAt makes the router close the connection in good order behind at bytes.
func CloseAt(at int64) Fault { return Fault{kind: "close-at", at: at} }

// ResetAt makes the router reset the connection behind at bytes: the client sees ECONNRESET, and may
// lose bytes that were sent before.
func ResetAt(at int64) Fault { return Fault{kind: "reset-at", at: at} }

// GarbageAt puts bytes that belong to no sentence behind at bytes.
func GarbageAt(at int64, garbage []byte) Fault {
	return Fault{kind: "garbage-at", at: at, bytes: append([]byte{}, garbage...)}
}

// OversizedAt announces a word of 4 GiB less one byte behind at bytes.
func OversizedAt(at int64) Fault {
	return Fault{kind: "oversized-at", at: at, bytes: []byte{0xF0, 0xFF, 0xFF, 0xFF, 0xFF}}
}

// ReservedAt puts a length byte that the protocol keeps reserved behind at bytes.
func ReservedAt(at int64) Fault { return Fault{kind: "reserved-at", at: at, bytes: []byte{0xF8}} }

// String returns the fault in the form that ParseFault reads.
func (f Fault) String() string {
	switch f.kind {
	case "":
		return "none"
	case "delay", "login-delay":
		return f.kind + "=" + f.every.String()
	case "garbage-at":
		return fmt.Sprintf("%s=%d:%x", f.kind, f.at, f.bytes)
	}
	return f.kind + "=" + strconv.FormatInt(f.at, 10)
}

// ParseFault reads a fault from a text such as split=1, delay=10ms, login-delay=2s, stall-at=100,
// close-at=0, reset-at=100, garbage-at=100, garbage-at=100:DEADBEEF (bytes in hexadecimal),
// oversized-at=100 or reserved-at=100. The error says which part it could not read.
func ParseFault(text string) (Fault, error) {
	kind, value, _ := strings.Cut(text, "=")
	if kind == "delay" || kind == "login-delay" {
		d, err := time.ParseDuration(value)
		if err != nil || d < 0 {
			return Fault{}, fmt.Errorf("fault %q: %q is not a duration such as 10ms", text, value)
		}
		return Fault{kind: kind, every: d}, nil
	}
	position, garbage, hasGarbage := strings.Cut(value, ":")
	at, err := strconv.ParseInt(position, 10, 64)
	if err != nil || at < 0 || kind == "split" && at == 0 {
		return Fault{}, fmt.Errorf("fault %q: %q is not a number of bytes", text, position)
	}
	made, known := map[string]func() Fault{
		"split":        func() Fault { return Split(int(at)) },
		"stall-at":     func() Fault { return StallAt(at) },
		"close-at":     func() Fault { return CloseAt(at) },
		"reset-at":     func() Fault { return ResetAt(at) },
		"garbage-at":   func() Fault { return GarbageAt(at, []byte("HTTP/1.1 400 Bad Request\r\n\r\n")) },
		"oversized-at": func() Fault { return OversizedAt(at) },
		"reserved-at":  func() Fault { return ReservedAt(at) },
	}[kind]
	if !known {
		return Fault{}, fmt.Errorf("fault %q: there is no fault named %q", text, kind)
	}
	fault := made()
	if hasGarbage {
		if fault.bytes, err = hex.DecodeString(garbage); err != nil || kind != "garbage-at" {
			return Fault{}, fmt.Errorf("fault %q: %q are not bytes in hexadecimal for garbage-at", text, garbage)
		}
	}
	return fault, nil
}
