package routertest

import (
	"math/bits"

	"librouteros/core/wire"
)

// A column is one property of a table, and how it comes to be in rows that the router has from the
// beginning and in rows that clients add.
type column struct {
	name     string
	fixed    string                              // value in each row of the beginning, unless vary is set
	vary     func(dst []byte, row int) []byte    // appends the value in row of the beginning
	present  func(row int) bool                  // nil: every row of the beginning has it
	writable bool                                // clients may set it
	required bool                                // add needs it
	initial  string                              // value in an added row when not given; "" for none
	check    func(r *Router, value string) *trap // judges what a client gives
}

// A schema is what is fixed about a table.
type schema struct {
	path      string
	columns   []column
	rows      int      // how many at the beginning, when nothing else is asked for
	single    bool     // one row without .id, for example system/identity
	grows     bool     // add and remove are commands
	keys      []string // columns that together may occur once
	duplicate string   // text of the trap when they occur twice
	onChange  func(rows []attribute) []attribute
}

func (s *schema) column(name string) *column {
	for i := range s.columns {
		if s.columns[i].name == name {
			return &s.columns[i]
		}
	}
	return nil
}

func (s *schema) writable() bool {
	for i := range s.columns {
		if s.columns[i].writable {
			return true
		}
	}
	return false
}

// An encoder appends rows of the beginning as words. What is the same in all rows is encoded once.
type encoder []segment

// A segment is a run of words that no row changes, or one word that each row has its own of.
type segment struct {
	words  []byte // encoded
	prefix string // of the varying word: a byte for its length, and =name=
	column *column
}

func newEncoder(s *schema) encoder {
	var e encoder
	for i := range s.columns {
		c := &s.columns[i]
		if c.vary != nil || c.present != nil {
			e = append(e, segment{prefix: "\x00=" + c.name + "=", column: c})
			continue
		}
		if len(e) == 0 || e[len(e)-1].column != nil {
			e = append(e, segment{})
		}
		last := &e[len(e)-1]
		last.words = wire.AppendWord(last.words, "="+c.name+"="+c.fixed)
	}
	return e
}

// appendRow appends the attributes of a row, without the reply word and the end of the sentence.
func (e encoder) appendRow(dst []byte, row int) []byte {
	for i := range e {
		s := &e[i]
		if s.column == nil {
			dst = append(dst, s.words...)
			continue
		}
		if s.column.present != nil && !s.column.present(row) {
			continue
		}
		start := len(dst)
		dst = append(dst, s.prefix...)
		dst = s.column.append(dst, row)
		dst = setLength(dst, start)
	}
	return dst
}

// setLength puts the length of the word behind start into the byte kept free for it there.
func setLength(dst []byte, start int) []byte {
	length := len(dst) - start - 1
	if wire.LengthSize(uint32(length)) == 1 {
		dst[start] = byte(length)
		return dst
	}
	word := string(dst[start+1:])
	return wire.AppendWord(dst[:start], word)
}

// append appends the value in a row of the beginning.
func (c *column) append(dst []byte, row int) []byte {
	if c.vary != nil {
		return c.vary(dst, row)
	}
	return append(dst, c.fixed...)
}

// has reports whether a row of the beginning has this property.
func (c *column) has(row int) bool { return c.present == nil || c.present(row) }

const hexDigits = "0123456789ABCDEF"

// appendID appends an item's internal number as RouterOS writes it: *1A.
func appendID(dst []byte, number uint64) []byte {
	digits := max((bits.Len64(number)+3)/4, 1)
	dst = append(dst, '*')
	for shift := 4 * (digits - 1); shift >= 0; shift -= 4 {
		dst = append(dst, hexDigits[number>>shift&15])
	}
	return dst
}

func appendIPv4(dst []byte, address uint32) []byte {
	dst = append(appendOctet(dst, byte(address>>24)), '.')
	dst = append(appendOctet(dst, byte(address>>16)), '.')
	dst = append(appendOctet(dst, byte(address>>8)), '.')
	return appendOctet(dst, byte(address))
}

// appendOctet is strconv.AppendUint for a byte, but fast: a table of routes is mostly octets.
func appendOctet(dst []byte, b byte) []byte {
	switch {
	case b >= 100:
		return append(dst, '0'+b/100, '0'+b/10%10, '0'+b%10)
	case b >= 10:
		return append(dst, '0'+b/10, '0'+b%10)
	}
	return append(dst, '0'+b)
}

func appendMAC(dst []byte, prefix string, number int) []byte {
	dst = append(dst, prefix...)
	for shift := 16; shift >= 0; shift -= 8 {
		b := byte(number >> shift)
		dst = append(dst, ':', hexDigits[b>>4], hexDigits[b&15])
	}
	return dst
}
