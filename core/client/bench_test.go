package client

import (
	"bytes"
	"fmt"
	"strconv"
	"testing"

	"librouteros/core/wire"
)

// referenceRow is that of package wire, with a tag.
func referenceRow(id ID) []byte {
	return wire.AppendSentence(nil,
		"!re", fmt.Sprintf(".tag=%d", id), "=.id=*1", "=name=ether1", "=default-name=ether1", "=type=ether",
		"=mtu=1500", "=actual-mtu=1500", "=l2mtu=1592", "=max-l2mtu=9578", "=mac-address=48:8F:5A:00:00:01",
		"=last-link-up-time=nov/23/2026 15:38:12", "=link-downs=0", "=rx-byte=123456789012",
		"=tx-byte=98765432109", "=rx-packet=1234567890", "=running=true", "=disabled=false",
		"=comment=uplink to the towers,")
}

// BenchmarkNext takes rows of commands whose number is pending, each command's in turn; "none" are rows with
// a tag that nobody waits for.
func BenchmarkNext(b *testing.B) {
	for _, pending := range []int{0, 1, 50, 1000} {
		name := strconv.Itoa(pending)
		if pending == 0 {
			name = "none"
		}
		b.Run(name, func(b *testing.B) {
			conn := New(wire.Limits{})
			chunk := referenceRow(7)
			for i := range pending {
				_, id, _ := conn.AppendCommand(nil, 1, TagAtEnd, words("/x")...)
				if i == 0 {
					chunk = nil
				}
				chunk = append(chunk, referenceRow(id)...)
			}
			chunk = bytes.Repeat(chunk, max(1, 100/max(1, pending)))
			b.SetBytes(int64(len(referenceRow(7))))
			b.ReportAllocs()
			rest := chunk
			for b.Loop() {
				_, n, _ := conn.Next(rest)
				if rest = rest[n:]; len(rest) == 0 {
					rest = chunk
				}
			}
		})
	}
}

// BenchmarkCommand sends a command and takes its !done.
func BenchmarkCommand(b *testing.B) {
	conn := New(wire.Limits{})
	list := words("/system/identity/set", "=name=router")
	var sent, done, tag []byte
	b.ReportAllocs()
	for b.Loop() {
		var id ID
		sent, id, _ = conn.AppendCommand(sent[:0], 1, TagAtEnd, list...)
		tag = strconv.AppendInt(append(tag[:0], ".tag="...), int64(id), 10)
		done = wire.AppendEnd(wire.AppendWord(wire.AppendWord(done[:0], "!done"), tag))
		conn.Next(done)
	}
}
