package routertest_test

import (
	"crypto/md5"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"librouteros/core/routertest"
	"librouteros/core/wire"
)

// lengths are those at which a word's length takes another byte.
var lengths = []int{3, 127, 128, 16383, 16384, 2097151, 2097152}

func TestWordsOfEachLengthInBothDirections(t *testing.T) {
	c := login(t, serve(t, routertest.Config{}))
	for _, length := range lengths {
		answer := c.talk("/test/word", "=length="+strconv.Itoa(length))
		word := answer[0][1]
		if len(word) != length || !strings.HasPrefix(word+"abc", "=w=abc") {
			t.Errorf("length %d: %d bytes, %.20q", length, len(word), word)
		}
		if answer := c.talk("/test/echo", word); answer[0][1] != word {
			t.Errorf("length %d: echo differs", length)
		}
		sum := md5.Sum([]byte(word + "?query"))
		c.answers([]string{"/test/measure", word, "?query"}, fmt.Sprintf("!re =words=2 =bytes=%d =longest=%d =md5=%x",
			length+6, max(length, 6), sum), "!done")
	}
	c.answers(words("/test/word =length=2"), "!trap =category=1 =message=invalid value for argument length", "!done")
}

func TestReferenceRows(t *testing.T) {
	c := login(t, serve(t, routertest.Config{}))
	c.send("/test/rows", "=count=1000", ".tag=7")
	for range 1000 {
		row := c.sentence()
		if size := len(wire.AppendSentence(nil, row...)); len(row) != 19 || size != 332 {
			t.Fatalf("%d words, %d bytes", len(row), size)
		}
	}
	c.want("!done", ".tag=7")
}

func TestOddReplies(t *testing.T) {
	c := login(t, serve(t, routertest.Config{}))
	c.answers(words("/test/traps =count=2 .tag=1"), "!trap .tag=1 =message=trap 1", "!trap .tag=1 =message=trap 2", "!done .tag=1")
	c.answers([]string{"/test/traps", "=message=a\r\nb", "=category=4"}, "!trap =category=4 =message=a\r\nb", "!done")
	c.answers(words("/test/reply =word=!later =a=1 .tag=1"), "!later .tag=1 =a=1", "!done .tag=1")
	c.send("/test/unknown-tag", "=tag=zz", ".tag=1")
	c.want("!re", ".tag=zz", "=name=stray")
	c.want("!done", ".tag=zz")
	c.want("!done", ".tag=1")
	c.send("/test/raw", "=hex=0321726500")
	c.want("!re")
	c.answers(words("/test/delay =time=1ms .tag=1"), "!done .tag=1")
	if row := c.talk("/test/counters")[0]; row[2] != "=live=1" || row[5] != "=commands=8" {
		t.Errorf("%q", row)
	}
	c.send("/test/never", ".tag=1")
	c.send("/test/fatal", ".tag=2")
	c.want("!fatal", "router is going down")
	c.wantEnd()
	c = login(t, serve(t, routertest.Config{}))
	c.send("/test/close")
	c.wantEnd()
}
