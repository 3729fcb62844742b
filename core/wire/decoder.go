package wire

import (
	"encoding/binary"
	"math"
	"sync"
)

// Limits bounds what a peer may send. The protocol has no published maximum, and a length of four
// bytes can announce four gigabytes, so a reader needs bounds of its own. A zero field stands for its
// default; a field over math.MaxUint32 counts as that.
type Limits struct {
	Word     uint64 // bytes in one word; default DefaultMaxSentence
	Words    uint64 // words in one sentence; default DefaultMaxWords
	Sentence uint64 // bytes in one sentence, lengths included; default DefaultMaxSentence
}

const (
	// DefaultMaxSentence lets every length form of the protocol through (the widest begins at 256
	// MiB) and keeps offsets in 32 bits. Memory follows the bytes that arrive, not those announced.
	DefaultMaxSentence = 512 << 20

	// DefaultMaxWords is thousands of times the 30 or so words of the longest rows that routers send.
	DefaultMaxWords = 1 << 20
)

// keptSpans is how many spans a decoder keeps between sentences: several times what the rows of usual tables
// have, at 8 bytes each, so that an idle connection stays small.
const keptSpans = 256

// inForce returns the limits with their defaults filled in.
func (l Limits) inForce() Limits {
	orDefault := func(limit, standard uint64) uint64 {
		if limit == 0 {
			return standard
		}
		return min(limit, math.MaxUint32)
	}
	return Limits{
		Word:     orDefault(l.Word, DefaultMaxSentence),
		Words:    orDefault(l.Words, DefaultMaxWords),
		Sentence: orDefault(l.Sentence, DefaultMaxSentence),
	}
}

// A Decoder finds sentences in a stream of bytes. It holds no bytes: the caller keeps its input until
// the decoder has consumed it, and the decoder remembers how far it has looked, so that each byte is
// looked at once however it arrives, and nothing is allocated for what was only announced.
//
// The zero Decoder has the default limits. A Decoder is not for use by several goroutines at once.
type Decoder struct {
	limits Limits
	spans  []Span
	kept   []Span  // what spans is in usual sentences
	long   *[]Span // what it is in longer ones, lent by longSpans; nil in between
	next   uint64  // where in the input the length of the next word begins
	err    error
}

// longSpans has the room for long sentences, which decoders use in turn: a peer may send long and short ones
// by turns, and each time would make garbage.
var longSpans = sync.Pool{New: func() any { return new([]Span) }}

// NewDecoder returns a decoder with these limits.
func NewDecoder(limits Limits) *Decoder { return &Decoder{limits: limits.inForce()} }

// Decode looks for a sentence in input and returns it with the number of bytes consumed.
//
// Input begins with the first byte not consumed so far: when the last call consumed n bytes, these
// are gone, and what followed them is there again, perhaps with more behind it. Sentences of no words
// are consumed and otherwise ignored. When the bytes do not hold a whole sentence, the Sentence has no
// words, and the call is to be made again with more bytes; n may then be positive all the same.
//
// An error, a *LimitError or *ReservedError, is final: the end of the word it met is unknown, and
// every later call returns the same.
//
//	for {
//		sentence, n, err := decoder.Decode(input)
//		input = input[n:]
//		if err != nil || sentence.Len() == 0 {
//			break // failed, or read more first
//		}
//		use(sentence)
//	}
func (d *Decoder) Decode(input []byte) (sentence Sentence, n int, err error) {
	if d.err != nil {
		return Sentence{}, 0, d.err
	}
	empty := 0
	if d.next == 0 {
		d.reset()
		for empty < len(input) && input[empty] == 0 {
			empty++
		}
		d.next = uint64(empty)
	}
	next, spans := d.next, d.spans
	for next < uint64(len(input)) {
		first := input[next]
		if first == 0 {
			d.next, d.spans = 0, spans
			return Sentence{input: input, spans: spans}, int(next) + 1, nil
		}
		size, length := 1, uint32(first)
		if first >= firstTwoBytes {
			size, length = prefix(input[next:])
			if size == 0 {
				break
			}
		}
		end := next + uint64(size) + uint64(length)
		if reached := end - uint64(empty); reached >= d.limits.Sentence || uint64(length) > d.limits.Word ||
			uint64(len(spans)) >= d.limits.Words || first > lastLengthByte {
			d.err = d.refusal(first, uint64(length), reached, uint64(len(spans)))
			return Sentence{}, empty, d.err
		}
		if end > uint64(len(input)) {
			break
		}
		if len(spans) == cap(spans) {
			spans = d.grow(spans)
		}
		spans = append(spans, Span{Start: uint32(end) - length, Length: length})
		next = end
	}
	d.next, d.spans = next, spans
	d.consumed(uint32(empty))
	return Sentence{}, empty, nil
}

// consumed makes what is known of a sentence that is not yet whole relative to the input's new start.
func (d *Decoder) consumed(empty uint32) {
	d.next -= uint64(empty)
	if empty > 0 {
		for i := range d.spans {
			d.spans[i].Start -= empty
		}
	}
}

// reset makes ready for a sentence.
func (d *Decoder) reset() {
	if d.long != nil {
		longSpans.Put(d.long)
		d.long, d.spans = nil, d.kept
	}
	if d.limits.Sentence == 0 {
		d.limits = d.limits.inForce()
	}
	d.spans = d.spans[:0]
}

// grow returns spans with room for more.
func (d *Decoder) grow(spans []Span) []Span {
	if cap(spans) < keptSpans {
		d.kept = append(make([]Span, 0, max(2*cap(spans), 32)), spans...)
		return d.kept
	}
	if d.long == nil {
		d.long = longSpans.Get().(*[]Span)
	}
	if cap(*d.long) <= len(spans) {
		*d.long = make([]Span, 0, 2*cap(spans))
	}
	*d.long = append((*d.long)[:0], spans...)
	return *d.long
}

// refusal says what is wrong with a word that begins with first and would be the one after words others and
// let the sentence reach size bytes, its end not counted.
func (d *Decoder) refusal(first byte, length, size, words uint64) error {
	switch {
	case first > lastLengthByte:
		return &ReservedError{Byte: first}
	case length > d.limits.Word:
		return &LimitError{What: "word", Limit: d.limits.Word, Value: length, Unit: "bytes"}
	case size >= d.limits.Sentence:
		return &LimitError{What: "sentence", Limit: d.limits.Sentence, Value: size + 1, Unit: "bytes"}
	default:
		return &LimitError{What: "sentence", Limit: d.limits.Words, Value: words + 1, Unit: "words"}
	}
}

// prefix reads the length prefix that input, of at least one byte, begins with. It returns the
// prefix's size, or 0 when more bytes are needed to tell. A reserved first byte counts as a whole
// prefix.
func prefix(input []byte) (size int, length uint32) {
	first := input[0]
	switch {
	case first < firstTwoBytes:
		return 1, uint32(first)
	case first > lastLengthByte:
		return 1, 0
	case first < 0xC0 && len(input) >= 2:
		return 2, uint32(binary.BigEndian.Uint16(input)) & 0x3FFF
	case first < 0xC0:
		return 0, 0
	case first < 0xE0 && len(input) >= 3:
		return 3, uint32(first&0x1F)<<16 | uint32(binary.BigEndian.Uint16(input[1:]))
	case first < 0xE0:
		return 0, 0
	case first < lastLengthByte && len(input) >= 4:
		return 4, binary.BigEndian.Uint32(input) & 0x0FFFFFFF
	case first == lastLengthByte && len(input) >= 5:
		return 5, binary.BigEndian.Uint32(input[1:])
	}
	return 0, 0
}
