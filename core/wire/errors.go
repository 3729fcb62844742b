package wire

import (
	"errors"
	"fmt"
)

// ErrEmptyWord says that a word of no bytes was to be sent inside a sentence. On the wire such a word
// is the end of the sentence, so the words behind it would be taken for a sentence of their own.
var ErrEmptyWord = errors.New("an empty word cannot be sent: it would end the sentence")

// ErrLimit is matched, with errors.Is, by every *LimitError.
var ErrLimit = errors.New("over a limit")

// ErrReserved is matched, with errors.Is, by every *ReservedError.
var ErrReserved = errors.New("reserved length byte")

// A LimitError says which limit the peer's bytes went over. The stream cannot be read on after it.
type LimitError struct {
	What  string // "word" or "sentence"
	Limit uint64 // the limit in force
	Value uint64 // what was announced, or reached
	Unit  string // "bytes" or "words"
}

// Error names the limit, its value, and the value that went over it.
func (e *LimitError) Error() string {
	return fmt.Sprintf("%s of %d %s is over the limit of %d", e.What, e.Value, e.Unit, e.Limit)
}

// Is reports whether target is ErrLimit.
func (e *LimitError) Is(target error) bool { return target == ErrLimit }

// A ReservedError says that a length began with a byte, 0xF1 to 0xFF, to which the protocol gives no
// meaning. Where the word ends is unknown, so the stream cannot be read on after it.
type ReservedError struct {
	Byte byte
}

// Error names the byte.
func (e *ReservedError) Error() string {
	return fmt.Sprintf("length begins with the reserved byte 0x%02X: the peer does not speak the RouterOS API, or a byte was lost", e.Byte)
}

// Is reports whether target is ErrReserved.
func (e *ReservedError) Is(target error) bool { return target == ErrReserved }
