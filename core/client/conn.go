package client

import (
	"librouteros/core/wire"
)

// A Conn is what is known of one connection: the commands under way, the login, and how far the
// stream from the router is understood. Make it with New.
//
// A Conn is not for use by several goroutines at once; callers that share one hold a lock of theirs
// around each call, and send what is appended in the order of the calls.
type Conn struct {
	decoder  *wire.Decoder
	commands commands
	untagged int // commands without a tag that may be under way
	login    login
	counters Counters
	reply    Reply
	err      error
}

// Counters counts from the connection's beginning.
type Counters struct {
	SentencesSent     uint64 // made, to be sent
	SentencesReceived uint64 // all but those of no words
	BytesReceived     uint64 // those of sentences not yet complete not among them
}

// New returns the state of a connection on which nothing has been sent or received, and that takes
// sentences within limits.
func New(limits wire.Limits) *Conn {
	return &Conn{decoder: wire.NewDecoder(limits)}
}

// Next looks at the bytes received for the next sentence, and returns it, as a reply, with the number
// of bytes consumed. Input begins with the first byte not consumed so far, as with wire.Decoder. The reply
// is the Conn's own, and good until Next is called again or the input changes.
//
// When n is 0 and err nil, more bytes are needed. When n is positive but the reply nil, what was consumed is
// for nobody else to see: an answer to a login or to a cancel, or "!empty", which programs written before
// RouterOS 7.18 do not know. Next is then to be called again with the rest.
//
// A Done ends its command: its handler gets no reply after it. A Fatal, which has no tag and ends the
// connection, comes with no handler; Handlers tells who waits.
//
// An error is final, and every later call returns the same: *FatalError after a Fatal was returned, or
// what the decoder said (wire.ErrLimit, wire.ErrReserved).
func (c *Conn) Next(input []byte) (reply *Reply, n int, err error) {
	if c.err != nil {
		return nil, 0, c.err
	}
	c.reply.Sentence, n, err = c.decoder.Decode(input)
	c.counters.BytesReceived += uint64(n)
	if err != nil {
		c.err = err
		return nil, n, err
	}
	if c.reply.Len() == 0 {
		return nil, n, nil
	}
	c.counters.SentencesReceived++
	if !c.route(&c.reply) {
		return nil, n, nil
	}
	return &c.reply, n, nil
}

// route finds whom a reply is for, and returns false when that is nobody.
func (c *Conn) route(reply *Reply) bool {
	reply.Kind, reply.Handler, reply.Tag = kindOf(reply.Word(0)), 0, nil
	if reply.Kind == Fatal {
		c.err = &FatalError{Reason: reason(reply.Sentence)}
		c.login.fail(c.err)
		return true
	}
	tag, tagged := reply.Value(".tag=") // which routers put at any position
	if !tagged {
		return reply.Kind != Empty && !c.takesUntagged(reply)
	}
	command := c.commands.find(tag, reply.Kind == Done)
	if command.purpose == loggingIn {
		c.login.follow(reply.Kind, reply.Sentence)
	}
	reply.Handler, reply.Tag = command.handler, tag
	return reply.Kind != Empty && command.purpose == ordinary
}

func (c *Conn) takesUntagged(reply *Reply) bool {
	if c.login.takesUntagged(reply.Kind, reply.Sentence) {
		return true
	}
	if reply.Kind == Done && c.untagged > 0 {
		c.untagged--
	}
	return false
}

// Err returns the error that ended the stream from the router, or nil.
func (c *Conn) Err() error { return c.err }

// Counters returns what was counted so far.
func (c *Conn) Counters() Counters { return c.counters }
