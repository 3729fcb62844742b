package client

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"librouteros/core/wire"
)

// A Handler is the caller's name for whoever gets the replies to a command: an index, a pointer kept
// elsewhere. It comes back with each reply and means nothing here, except that 0 is nobody.
type Handler uintptr

// An ID is the number of a command, and in decimal its tag: positive, and unlike that of any other
// command under way on the connection.
type ID int32

// TagPlace is where in a sentence its tag goes. To routers it is all the same.
type TagPlace bool

const (
	TagAfterCommand TagPlace = false // the second word
	TagAtEnd        TagPlace = true  // the last word
)

// MaxTagSize is how many bytes AppendCommand adds to the words it is given, at the most.
const MaxTagSize = 1 + len(".tag=") + len("2147483647")

// A purpose is what becomes of the replies to a command.
type purpose uint8

const (
	ordinary  purpose = iota
	loggingIn         // the login follows them
	unseen            // nobody wants to see them: a /cancel, a login given up
)

type command struct {
	handler Handler
	purpose purpose
	order   uint64 // of registration
}

// commands holds the commands under way whose tags matter: ours, cancels, those that a handler expects,
// and numbers that the caller chose itself, which no ID may equal. Numbers have a map of their own since
// looking one up, adding and removing it makes no garbage.
type commands struct {
	numbered map[ID]command
	named    map[string]command
	last     ID
	order    uint64

	// The command found last, since rows come in runs; foundID is 0 when there is none.
	foundID ID
	found   command
}

func (c *commands) add(id ID, added command) {
	if c.numbered == nil {
		c.numbered = make(map[ID]command)
	}
	c.order++
	c.foundID = 0
	added.order = c.order
	c.numbered[id] = added
}

// newID returns an id that no command under way has.
func (c *commands) newID() ID {
	for {
		if c.last == math.MaxInt32 {
			c.last = 0
		}
		c.last++
		if _, taken := c.numbered[c.last]; !taken {
			return c.last
		}
	}
}

// find returns the command that has this tag, the zero command when there is none, and forgets it when
// it has ended.
func (c *commands) find(tag []byte, ended bool) command {
	if id, ok := parseID(tag); ok {
		if id != c.foundID {
			c.foundID, c.found = id, c.numbered[id]
		}
		found := c.found
		if ended {
			c.remove(id)
		}
		return found
	}
	found, known := c.named[string(tag)]
	if known && ended {
		delete(c.named, string(tag))
	}
	return found
}

func (c *commands) remove(id ID) {
	c.foundID, c.found = 0, command{}
	delete(c.numbered, id)
}

// parseID returns the id whose decimal form tag is.
func parseID(tag []byte) (ID, bool) {
	if len(tag) == 0 || len(tag) > 10 || tag[0] == '0' {
		return 0, false
	}
	var n int64
	for _, digit := range tag {
		if digit < '0' || digit > '9' {
			return 0, false
		}
		n = n*10 + int64(digit-'0')
	}
	return ID(n), n <= math.MaxInt32
}

// AppendSentence appends a sentence of these words to dst and returns the extended slice. The words go
// out as they are, also a word ".tag=" of the caller's own. On an error (ErrNoWords, wire.ErrEmptyWord,
// wire.ErrLimit) dst is returned as it was.
func (c *Conn) AppendSentence(dst []byte, words ...[]byte) ([]byte, error) {
	if err := check(words); err != nil {
		return dst, err
	}
	tagged := false
	for _, word := range words[1:] {
		const prefix = ".tag="
		if len(word) <= len(prefix) || string(word[:len(prefix)]) != prefix {
			continue
		}
		tagged = true
		if id, ok := parseID(word[len(prefix):]); ok {
			if _, taken := c.commands.numbered[id]; !taken {
				c.commands.add(id, command{})
			}
		}
	}
	if !tagged {
		c.untagged++
	}
	c.counters.SentencesSent++
	return wire.AppendSentence(dst, words...), nil
}

// AppendCommand appends a sentence of these words and a tag of its own to dst, and returns the extended
// slice and the id. Replies with that tag come with handler, from now on until Done; when the sentence is
// not sent after all, Withdraw ends that. Errors are those of AppendSentence; no command is then under
// way.
func (c *Conn) AppendCommand(dst []byte, handler Handler, place TagPlace, words ...[]byte) ([]byte, ID, error) {
	if err := check(words); err != nil {
		return dst, 0, err
	}
	id := c.commands.newID()
	c.commands.add(id, command{handler: handler})
	c.counters.SentencesSent++
	return appendTagged(dst, id, place, words), id, nil
}

// AppendCancel appends to dst a sentence that asks the router to end the command with this id, or with
// this number as the tag that the caller chose itself, and returns the extended slice and the id of the
// cancelling, for Withdraw. The command cancelled goes on until its Done; replies to the cancelling are
// kept from everybody. An id that is not positive is ErrEmptyTag.
func (c *Conn) AppendCancel(dst []byte, target ID) ([]byte, ID, error) {
	if target <= 0 {
		return dst, 0, ErrEmptyTag
	}
	id := c.commands.newID()
	c.commands.add(id, command{purpose: unseen})
	c.counters.SentencesSent++
	words := [][]byte{[]byte("/cancel"), strconv.AppendInt([]byte("=tag="), int64(target), 10)}
	return appendTagged(dst, id, TagAtEnd, words), id, nil
}

// MaxCancelSize is how many bytes AppendCancel appends at the most.
const MaxCancelSize = 1 + len("/cancel") + 1 + len("=tag=2147483647") + MaxTagSize + 1

func appendTagged(dst []byte, id ID, place TagPlace, words [][]byte) []byte {
	first := len(words)
	if place == TagAfterCommand {
		first = 1
	}
	for _, word := range words[:first] {
		dst = wire.AppendWord(dst, word)
	}
	dst = appendTag(dst, id)
	for _, word := range words[first:] {
		dst = wire.AppendWord(dst, word)
	}
	return wire.AppendEnd(dst)
}

func appendTag(dst []byte, id ID) []byte {
	var tag [MaxTagSize]byte
	return wire.AppendWord(dst, strconv.AppendInt(append(tag[:0], ".tag="...), int64(id), 10))
}

func check(words [][]byte) error {
	if len(words) == 0 {
		return ErrNoWords
	}
	for _, word := range words {
		if err := wire.CheckWord(uint64(len(word))); err != nil {
			return err
		}
	}
	return nil
}

// Expect gives replies with this tag to handler, until Done. It is for commands that are sent by
// AppendSentence with a tag of the caller's choice. Errors are ErrEmptyTag and ErrTagTaken.
func (c *Conn) Expect(tag []byte, handler Handler) error {
	if len(tag) == 0 {
		return ErrEmptyTag
	}
	if id, ok := parseID(tag); ok {
		if c.commands.numbered[id].isTaken() {
			return ErrTagTaken
		}
		c.commands.add(id, command{handler: handler})
		return nil
	}
	if c.commands.named[string(tag)].isTaken() {
		return ErrTagTaken
	}
	if c.commands.named == nil {
		c.commands.named = make(map[string]command)
	}
	c.commands.order++
	c.commands.named[string(tag)] = command{handler: handler, order: c.commands.order}
	return nil
}

func (c command) isTaken() bool { return c.handler != 0 || c.purpose != ordinary }

// Forget ends what Expect began. An unknown tag is ignored.
func (c *Conn) Forget(tag []byte) { c.commands.find(tag, true) }

// Withdraw forgets a command that was not sent after all. An unknown id is ignored.
func (c *Conn) Withdraw(id ID) { c.commands.remove(id) }

// Handlers returns the handlers of all commands under way, in the order of their registration, and ends
// these commands: it is for telling everybody that the connection has ended.
func (c *Conn) Handlers() []Handler {
	var waiting []command
	for _, command := range c.commands.numbered {
		waiting = append(waiting, command)
	}
	for _, command := range c.commands.named {
		waiting = append(waiting, command)
	}
	c.commands = commands{last: c.commands.last}
	slices.SortFunc(waiting, func(a, b command) int { return cmp.Compare(a.order, b.order) })
	var handlers []Handler
	for _, command := range waiting {
		if command.handler != 0 {
			handlers = append(handlers, command.handler)
		}
	}
	return handlers
}
