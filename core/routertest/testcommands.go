package routertest

import (
	"crypto/md5"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"librouteros/core/wire"
)

// testMenu is where the commands are that no RouterOS has: they make what a test wants to see.
const testMenu = "test"

// maxTestWord bounds what /test/word makes.
const maxTestWord = 512 << 20

// testCommands are the verbs of /test; each appends its whole answer unless it runs a task.
//
//	echo                    one row with the attributes that came, in their order
//	measure                 one row: how many words came behind the command, their bytes, the longest, and MD5 of all
//	word length=            one row whose one attribute is a word of that many bytes: =w=abc…zabc…
//	rows count=             that many reference rows: 19 words and 332 bytes with .tag=7
//	traps count=            that many traps: message "trap N"; or message= and category= for all
//	fatal message=          !fatal and the end of the connection, whatever else goes on
//	reply word=             a sentence with that reply word and the other attributes, before !done
//	unknown-tag tag=        a row, and a !done, of a tag that no command has, before the command's own !done
//	raw hex=                these bytes as they are, and no !done
//	delay time=             nothing until the time is over (Go's form: 100ms), then !done
//	never                   no answer at all, until it is cancelled
//	fault split=1 …         sets the connection's faults, from behind its !done on; see ParseFault; none= for none
//	close, reset            the connection ends without an answer
//	counters                one row with the router's counters
var testCommands = map[string]func(c *connection, dst []byte, parsed *command) []byte{
	"echo":        testEcho,
	"measure":     testMeasure,
	"word":        testWord,
	"rows":        testRows,
	"traps":       testTraps,
	"fatal":       testFatal,
	"reply":       testReply,
	"unknown-tag": testUnknownTag,
	"raw":         testRaw,
	"delay":       testDelay,
	"never":       func(c *connection, dst []byte, parsed *command) []byte { return c.run(dst, parsed, silent{}) },
	"fault":       testFault,
	"close":       func(c *connection, dst []byte, _ *command) []byte { c.closing = true; return dst },
	"reset":       func(c *connection, dst []byte, _ *command) []byte { c.newFaults = &[]Fault{ResetAt(0)}; return dst },
	"counters":    testCounters,
}

func (c *connection) test(dst []byte, parsed *command, verb string) []byte {
	carryOut, known := testCommands[verb]
	if !known {
		return parsed.failed(dst, &trap{categoryMissing, "no such command"})
	}
	return carryOut(c, dst, parsed)
}

// number reads an argument, or returns what stands for it when it is missing or out of range.
func (c *command) number(name string, otherwise, most int) int {
	text, _ := c.get(name)
	if n, err := strconv.Atoi(text); err == nil && n >= 0 && n <= most {
		return n
	}
	return otherwise
}

func testEcho(_ *connection, dst []byte, parsed *command) []byte {
	dst = parsed.open(dst, "!re")
	for _, a := range parsed.attributes {
		dst = wire.AppendWord(dst, a.word())
	}
	return parsed.done(parsed.end(dst))
}

func testMeasure(_ *connection, dst []byte, parsed *command) []byte {
	hash := md5.New()
	size, longest := 0, 0
	for _, word := range parsed.words[1:] {
		_, _ = hash.Write([]byte(word))
		size += len(word)
		longest = max(longest, len(word))
	}
	return parsed.done(parsed.sentence(dst, "!re", "=words="+strconv.Itoa(len(parsed.words)-1), "=bytes="+strconv.Itoa(size),
		"=longest="+strconv.Itoa(longest), "=md5="+hex.EncodeToString(hash.Sum(nil))))
}

func testWord(_ *connection, dst []byte, parsed *command) []byte {
	const shortest, alphabet = "=w=", "abcdefghijklmnopqrstuvwxyz"
	length := parsed.number("length", 0, maxTestWord)
	if length < len(shortest) {
		return parsed.failed(dst, &trap{categoryArgument, "invalid value for argument length"})
	}
	letters := strings.Repeat(alphabet, length/len(alphabet)+1)
	return parsed.done(parsed.sentence(dst, "!re", (shortest + letters)[:length]))
}

// referenceRow is the row that figures of throughput are given for.
var referenceRow = []string{
	"!re", "=.id=*1", "=name=ether1", "=default-name=ether1", "=type=ether", "=mtu=1500", "=actual-mtu=1500",
	"=l2mtu=1592", "=max-l2mtu=9578", "=mac-address=48:8F:5A:00:00:01", "=last-link-up-time=nov/23/2026 15:38:12",
	"=link-downs=0", "=rx-byte=123456789012", "=tx-byte=98765432109", "=rx-packet=1234567890", "=running=true",
	"=disabled=false", "=comment=uplink to the towers,",
}

// rowsTask sends the same row again and again.
type rowsTask struct {
	*command
	row  []byte
	left int
}

func (r *rowsTask) step(dst []byte, size int) ([]byte, progress) {
	rows := min(r.left, max(size/len(r.row), 1))
	for range rows {
		dst = append(dst, r.row...)
	}
	if r.left -= rows; r.left > 0 {
		return dst, progress{state: ready}
	}
	return r.done(dst), progress{state: finished}
}

func (r *rowsTask) stop() {}

func testRows(c *connection, dst []byte, parsed *command) []byte {
	row := parsed.sentence(nil, referenceRow...)
	return c.run(dst, parsed, &rowsTask{command: parsed, row: row, left: parsed.number("count", 1, 1<<40)})
}

func testTraps(_ *connection, dst []byte, parsed *command) []byte {
	message, given := parsed.get("message")
	category := parsed.number("category", noCategory, 7)
	for i := range parsed.number("count", 1, 1<<20) {
		if !given {
			message = "trap " + strconv.Itoa(i+1)
		}
		dst = parsed.trap(dst, &trap{category, message})
	}
	return parsed.done(dst)
}

func testFatal(c *connection, dst []byte, parsed *command) []byte {
	c.closing = true
	message, given := parsed.get("message")
	if !given {
		message = "router is going down"
	}
	return fatal(dst, message)
}

func testReply(_ *connection, dst []byte, parsed *command) []byte {
	words := []string{"!news"}
	for _, a := range parsed.attributes {
		if a.name == "word" {
			words[0] = a.value
		} else {
			words = append(words, a.word())
		}
	}
	return parsed.done(parsed.sentence(dst, words...))
}

func testUnknownTag(_ *connection, dst []byte, parsed *command) []byte {
	tag, given := parsed.get("tag")
	if !given {
		tag = "nobody"
	}
	dst = wire.AppendSentence(dst, "!re", ".tag="+tag, "=name=stray")
	dst = wire.AppendSentence(dst, "!done", ".tag="+tag)
	return parsed.done(dst)
}

func testRaw(_ *connection, dst []byte, parsed *command) []byte {
	text, _ := parsed.get("hex")
	raw, err := hex.DecodeString(text)
	if err != nil {
		return parsed.failed(dst, &trap{categoryArgument, "invalid value for argument hex"})
	}
	return append(dst, raw...)
}

func testDelay(c *connection, dst []byte, parsed *command) []byte {
	text, _ := parsed.get("time")
	d, err := time.ParseDuration(text)
	if err != nil {
		return parsed.failed(dst, &trap{categoryArgument, "invalid value for argument time"})
	}
	return c.run(dst, parsed, &delayed{due: time.Now().Add(d), answer: parsed.done})
}

func testFault(c *connection, dst []byte, parsed *command) []byte {
	var faults []Fault
	for _, a := range parsed.attributes {
		if a.name == "none" {
			continue
		}
		fault, err := ParseFault(a.name + "=" + a.value)
		if err != nil {
			return parsed.failed(dst, &trap{categoryArgument, err.Error()})
		}
		faults = append(faults, fault)
	}
	c.newFaults = &faults
	return parsed.done(dst)
}

func testCounters(c *connection, dst []byte, parsed *command) []byte {
	n := c.router.Counters()
	dst = parsed.open(dst, "!re")
	for _, a := range []struct {
		name  string
		value int64
	}{
		{"connections", int64(n.Connections)}, {"live", int64(n.Live)}, {"logins", int64(n.Logins)},
		{"failed-logins", int64(n.FailedLogins)}, {"commands", int64(n.Commands)}, {"running", int64(n.Running)},
		{"cancelled", int64(n.Cancelled)}, {"sent", n.Sent},
	} {
		dst = appendAttribute(dst, a.name, strconv.FormatInt(a.value, 10))
	}
	return parsed.done(parsed.end(dst))
}
