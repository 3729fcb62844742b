package routertest

import (
	"strconv"

	"librouteros/core/wire"
)

// Categories of traps, from MikroTik's manual.
const (
	noCategory          = -1
	categoryMissing     = 0
	categoryArgument    = 1
	categoryInterrupted = 2
	categoryGeneral     = 4
)

// A trap is what a command ends in when it fails.
type trap struct {
	category int
	message  string
}

func noSuchItem() *trap            { return &trap{categoryMissing, "no such item"} }
func failure(message string) *trap { return &trap{noCategory, "failure: " + message} }

// A replier appends the sentences that answer one command, each with the command's tag.
type replier struct {
	tag     []byte // the word .tag=X with its length, or nothing
	tagLast bool
}

// open appends the reply word and, unless it goes last, the tag.
func (r *replier) open(dst []byte, word string) []byte {
	dst = wire.AppendWord(dst, word)
	if !r.tagLast {
		dst = append(dst, r.tag...)
	}
	return dst
}

// end appends the tag, if it goes last, and the end of the sentence.
func (r *replier) end(dst []byte) []byte {
	if r.tagLast {
		dst = append(dst, r.tag...)
	}
	return wire.AppendEnd(dst)
}

// sentence appends a whole sentence of these words.
func (r *replier) sentence(dst []byte, words ...string) []byte {
	dst = r.open(dst, words[0])
	for _, word := range words[1:] {
		dst = wire.AppendWord(dst, word)
	}
	return r.end(dst)
}

// row appends a row whose attributes are encoded already.
func (r *replier) row(dst, attributes []byte) []byte {
	dst = append(r.open(dst, "!re"), attributes...)
	return r.end(dst)
}

func (r *replier) done(dst []byte) []byte { return r.sentence(dst, "!done") }

func (r *replier) ret(dst []byte, value string) []byte {
	return r.sentence(dst, "!done", "=ret="+value)
}

// trap appends the trap alone; a command that failed still ends with !done.
func (r *replier) trap(dst []byte, t *trap) []byte {
	if t.category == noCategory {
		return r.sentence(dst, "!trap", "=message="+t.message)
	}
	return r.sentence(dst, "!trap", "=category="+strconv.Itoa(t.category), "=message="+t.message)
}

func (r *replier) failed(dst []byte, t *trap) []byte { return r.done(r.trap(dst, t)) }

// fatal appends the sentence after which the connection closes. It never has a tag.
func fatal(dst []byte, reason string) []byte { return wire.AppendSentence(dst, "!fatal", reason) }
