package client

import (
	"crypto/md5"
	"encoding/hex"

	"librouteros/core/wire"
)

// LoginState is how far a login has come.
type LoginState uint8

const (
	LoginNone       LoginState = iota // none was begun
	LoginWaiting                      // the router's answer is to come
	LoginChallenged                   // AppendChallengeResponse is to be called and its bytes sent
	LoginAccepted                     // logged in
	LoginRefused                      // refused, or the connection has ended; LoginErr says why
)

// login follows the logins of every RouterOS generation. Name and password are sent first: 6.43 and
// later decide on them, older versions send a challenge, as for a bare /login. To send a bare /login first
// would not do, since newer versions send a challenge as well but refuse every response to it.
type login struct {
	state     LoginState
	answered  bool // the challenge was answered; another would be one too many
	tag       ID   // of the sentence whose answer is waited for; 0 when it has none
	abandoned int  // logins without a tag, given up, whose Done is still to come
	challenge []byte
	err       error
}

// takesUntagged follows the login when a sentence without a tag is an answer to one, and returns whether it
// is. Rows never are.
func (l *login) takesUntagged(kind Kind, sentence wire.Sentence) bool {
	if kind != Done && kind != Trap {
		return false
	}
	if l.abandoned > 0 {
		if kind == Done {
			l.abandoned--
		}
		return true
	}
	if l.state != LoginWaiting || l.tag != 0 {
		return false
	}
	l.follow(kind, sentence)
	return true
}

// follow goes on with what answers the login.
func (l *login) follow(kind Kind, sentence wire.Sentence) {
	switch {
	case kind == Trap && l.err == nil:
		message, _ := Attribute(sentence, "message")
		l.err = &LoginError{Message: string(message)}
	case kind == Done:
		l.done(sentence)
	}
}

func (l *login) done(sentence wire.Sentence) {
	challenge, challenged := Attribute(sentence, "ret")
	switch {
	case l.err != nil:
		l.state = LoginRefused
	case !challenged:
		l.state = LoginAccepted
	case l.answered:
		l.fail(&LoginError{Message: "it sent a second challenge"})
	default:
		decoded, err := hex.AppendDecode(nil, challenge)
		if err != nil {
			l.fail(&LoginError{Message: "its challenge is not hexadecimal"})
			return
		}
		l.challenge = decoded
		l.state = LoginChallenged
	}
}

// fail ends a login that is under way.
func (l *login) fail(err error) {
	if l.state == LoginWaiting || l.state == LoginChallenged {
		l.state = LoginRefused
		l.err = err
	}
}

// AppendLogin begins a login: it appends the sentence to dst and returns the extended slice. Name and
// password may be empty and hold any bytes; they are not kept, and it is for the caller to clear dst once
// it is sent. The answer is taken by Next, and told by LoginState. While an earlier login is under way,
// the error is ErrLoginUnderWay; a name or password too long for a word is wire.ErrLimit.
func (c *Conn) AppendLogin(dst, name, password []byte) ([]byte, error) {
	if c.login.state == LoginWaiting || c.login.state == LoginChallenged {
		return dst, ErrLoginUnderWay
	}
	if err := wire.CheckWord(uint64(len("=password=") + max(len(name), len(password)))); err != nil {
		return dst, err
	}
	c.login = login{state: LoginWaiting, abandoned: c.login.abandoned}
	dst = c.appendLoginStart(dst, name)
	// Without this word, even when it is empty, newer versions would answer with a challenge.
	dst = appendPair(dst, "=password=", password)
	return wire.AppendEnd(dst), nil
}

// AppendChallengeResponse answers the challenge of a router older than 6.43, when LoginState is
// LoginChallenged: it appends the sentence to dst and returns the extended slice. Name and password are
// those given to AppendLogin. In any other state the error is ErrNotChallenged.
func (c *Conn) AppendChallengeResponse(dst, name, password []byte) ([]byte, error) {
	if c.login.state != LoginChallenged {
		return dst, ErrNotChallenged
	}
	hash := md5.New()
	hash.Write([]byte{0})
	hash.Write(password)
	hash.Write(c.login.challenge)
	var sum [md5.Size]byte
	var response [2 + 2*md5.Size]byte
	copy(response[:], "00")
	hex.Encode(response[2:], hash.Sum(sum[:0]))

	c.login.state, c.login.answered, c.login.challenge = LoginWaiting, true, nil
	dst = c.appendLoginStart(dst, name)
	dst = appendPair(dst, "=response=", response[:])
	return wire.AppendEnd(dst), nil
}

// MaxLoginSize is how many bytes AppendLogin or AppendChallengeResponse appends at the most, beyond those of
// the name and the password.
const MaxLoginSize = len("/login") + len("=name=") + len("=response=00") + 2*md5.Size + 3*longestLength +
	MaxTagSize + 1

const longestLength = 5 // of a word, in bytes

// appendLoginStart appends what both sentences of a login begin with. Where replies without a tag may be those
// of something else, the login has one; else it does without, as clients have always done.
func (c *Conn) appendLoginStart(dst, name []byte) []byte {
	c.counters.SentencesSent++
	dst = wire.AppendWord(dst, "/login")
	c.login.tag = 0
	if c.untagged > 0 {
		c.login.tag = c.commands.newID()
		c.commands.add(c.login.tag, command{purpose: loggingIn})
		dst = appendTag(dst, c.login.tag)
	}
	return appendPair(dst, "=name=", name)
}

// appendPair appends the word that key and value make, without a copy of value elsewhere.
func appendPair(dst []byte, key string, value []byte) []byte {
	dst = wire.AppendLength(dst, uint32(len(key)+len(value)))
	return append(append(dst, key...), value...)
}

// LoginState returns how far the login has come that was begun last.
func (c *Conn) LoginState() LoginState { return c.login.state }

// LoginErr returns why a login was refused: *LoginError, with the router's message, or *FatalError. It
// is nil in every state but LoginRefused.
func (c *Conn) LoginErr() error {
	if c.login.state != LoginRefused {
		return nil
	}
	return c.login.err
}

// AbandonLogin gives up a login that is under way. When its sentence was sent, the answer may still come:
// it is then kept from everybody, so the stream stays in step and another login may begin.
func (c *Conn) AbandonLogin(sent bool) {
	waiting := c.login.state == LoginWaiting
	switch {
	case waiting && sent && c.login.tag != 0:
		c.commands.add(c.login.tag, command{purpose: unseen})
	case waiting && sent:
		c.login.abandoned++
	case waiting:
		c.commands.remove(c.login.tag)
	}
	c.login = login{abandoned: c.login.abandoned}
}
