package wire

import (
	"encoding/binary"
	"math"
	"slices"
)

// MaxWord is the length of the longest word that the protocol can express: its widest length form
// has four bytes behind the marker 0xF0.
const MaxWord = math.MaxUint32

// The first length of each wider form. The form's marker is in the high bits of the first byte.
const (
	firstTwoBytes   = 0x80
	firstThreeBytes = 0x4000
	firstFourBytes  = 0x200000
	firstFiveBytes  = 0x10000000
)

// lastLengthByte marks the widest form; first bytes above it have no meaning.
const lastLengthByte = 0xF0

// LengthSize returns how many bytes, 1 to 5, the length prefix of a word of n bytes takes.
func LengthSize(n uint32) int {
	switch {
	case n < firstTwoBytes:
		return 1
	case n < firstThreeBytes:
		return 2
	case n < firstFourBytes:
		return 3
	case n < firstFiveBytes:
		return 4
	default:
		return 5
	}
}

// AppendLength appends the length prefix of a word of n bytes to dst, in the shortest of the five
// forms, and returns the extended slice.
func AppendLength(dst []byte, n uint32) []byte {
	switch {
	case n < firstTwoBytes:
		return append(dst, byte(n))
	case n < firstThreeBytes:
		return binary.BigEndian.AppendUint16(dst, 0x8000|uint16(n))
	case n < firstFourBytes:
		return append(dst, 0xC0|byte(n>>16), byte(n>>8), byte(n))
	case n < firstFiveBytes:
		return binary.BigEndian.AppendUint32(dst, 0xE0000000|n)
	default:
		return binary.BigEndian.AppendUint32(append(dst, lastLengthByte), n)
	}
}

// AppendWord appends word, with its length before it, to dst and returns the extended slice. A word
// of no bytes ends the sentence. A word longer than MaxWord cannot be expressed: AppendWord panics,
// so whoever takes words from outside checks them first, as CheckWord does.
func AppendWord[Word ~[]byte | ~string](dst []byte, word Word) []byte {
	if uint64(len(word)) > MaxWord {
		panic("wire: word longer than the protocol can express")
	}
	dst = slices.Grow(dst, LengthSize(uint32(len(word)))+len(word))
	return append(AppendLength(dst, uint32(len(word))), word...)
}

// AppendEnd appends the word of no length that ends a sentence to dst and returns the extended slice.
func AppendEnd(dst []byte) []byte { return append(dst, 0) }

// AppendSentence appends the words in their order, and the end of the sentence, to dst and returns
// the extended slice. What AppendWord says about words that are empty or too long holds here.
func AppendSentence[Word ~[]byte | ~string](dst []byte, words ...Word) []byte {
	for _, word := range words {
		dst = AppendWord(dst, word)
	}
	return AppendEnd(dst)
}

// CheckWord returns nil when a word of this length can be part of a sentence; ErrEmptyWord when it
// has no bytes, since it would end the sentence; and a *LimitError when it is longer than MaxWord.
func CheckWord(length uint64) error {
	switch {
	case length == 0:
		return ErrEmptyWord
	case length > MaxWord:
		return &LimitError{What: "word", Limit: MaxWord, Value: length, Unit: "bytes"}
	}
	return nil
}
