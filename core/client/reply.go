package client

import (
	"bytes"

	"librouteros/core/wire"
)

// Kind is what the first word of a sentence from the router says it is.
type Kind uint8

const (
	Other Kind = iota // a reply word that is not known; routers may send new ones one day
	Row               // !re: a row of a table
	Done              // !done: the command has ended
	Trap              // !trap: the command failed; Done follows
	Fatal             // !fatal: the router closes the connection
	Empty             // !empty, since RouterOS 7.18: nothing matched; Done follows
)

func kindOf(word []byte) Kind {
	switch string(word) {
	case "!re":
		return Row
	case "!done":
		return Done
	case "!trap":
		return Trap
	case "!fatal":
		return Fatal
	case "!empty":
		return Empty
	}
	return Other
}

// A Reply is a sentence from the router, and whom it is for. Like its Sentence it is a view of the
// input, good until that changes or Next is called again.
type Reply struct {
	wire.Sentence
	Kind Kind

	// Handler is what the command with the reply's tag was sent, or expected, with; 0 when the reply
	// has no tag, or one that no handler waits for.
	Handler Handler

	// Tag is the value of the word ".tag="; nil when there is none.
	Tag []byte
}

// Attribute returns the value of the first word that is "=", name, "=" and that value, and whether
// there is one. The value is a view like the sentence, and may hold any bytes.
func Attribute(sentence wire.Sentence, name string) (attribute []byte, ok bool) {
	return sentence.Value("=" + name + "=")
}

// reason returns what a !fatal gives as its reason: a plain second word.
func reason(sentence wire.Sentence) string {
	for i := 1; i < sentence.Len(); i++ {
		if word := sentence.Word(i); !bytes.HasPrefix(word, []byte(".tag=")) {
			return string(word)
		}
	}
	return ""
}
