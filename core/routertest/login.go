package routertest

import (
	"crypto/md5"
	"crypto/rand"
	"encoding/hex"
	"net"
	"time"
)

// login answers /login as the router's version does.
func (c *connection) login(dst []byte, parsed *command) []byte {
	name, _ := parsed.get("name")
	password, hasPassword := parsed.get("password")
	response, hasResponse := parsed.get("response")
	v := c.router.version
	var valid bool
	switch {
	case hasPassword && v.takesPlainLogin():
		want, known := c.router.config.Users[name]
		valid = known && password == want
	case hasResponse:
		valid = v.takesChallengeLogin() && c.answers(name, response)
	default:
		c.challenge = make([]byte, 16)
		_, _ = rand.Read(c.challenge)
		return parsed.ret(dst, hex.EncodeToString(c.challenge))
	}
	c.challenge = nil
	if d := c.sender.duration("login-delay"); d > 0 {
		c.holding = true
		return c.run(dst, parsed, &delayed{due: time.Now().Add(d), answer: func(dst []byte) []byte {
			c.holding = false
			return c.judged(dst, parsed, name, valid)
		}})
	}
	return c.judged(dst, parsed, name, valid)
}

// answers checks the response to the challenge: 00, and MD5 of a zero byte, password and challenge.
func (c *connection) answers(name, response string) bool {
	password, known := c.router.config.Users[name]
	if !known || c.challenge == nil {
		return false
	}
	sum := md5.Sum(append([]byte("\x00"+password), c.challenge...))
	return response == "00"+hex.EncodeToString(sum[:])
}

// judged answers a login and writes it to the router's log.
func (c *connection) judged(dst []byte, parsed *command, name string, valid bool) []byte {
	from := "unknown"
	if address := c.conn.RemoteAddr(); address != nil {
		from = address.String()
		if host, _, err := net.SplitHostPort(from); err == nil {
			from = host
		}
	}
	if !valid {
		c.router.count(func(n *Counters) { n.FailedLogins++ })
		c.router.log("system,error,critical", "login failure for user "+name+" from "+from+" via api")
		return parsed.failed(dst, &trap{noCategory, c.router.version.loginFailure()})
	}
	c.loggedIn, c.user = true, name
	c.router.count(func(n *Counters) { n.Logins++ })
	c.router.log("system,info,account", "user "+name+" logged in from "+from+" via api")
	return parsed.done(dst)
}

// log adds a line to the table log.
func (r *Router) log(topics, message string) {
	when := string(date(r.version, 0)(nil))
	_, _ = r.insert(r.tables["log"], &item{attributes: []attribute{
		{".id", ""}, {"time", when}, {"topics", topics}, {"message", message},
	}})
}

// delayed is a task that says nothing until its time has come, and then ends.
type delayed struct {
	due    time.Time
	answer func(dst []byte) []byte
}

func (d *delayed) step(dst []byte, _ int) ([]byte, progress) {
	if time.Now().Before(d.due) {
		return dst, progress{state: sleeping, due: d.due}
	}
	return d.answer(dst), progress{state: finished}
}

func (d *delayed) stop() {}
