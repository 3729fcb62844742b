package client

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"librouteros/core/wire"
)

// router is the other side of a Conn under test: what it says is handed to Next.
type router struct {
	t    *testing.T
	conn *Conn
}

func newRouter(t *testing.T) router { return router{t, New(wire.Limits{})} }

// says hands one sentence to Next and describes the reply: "" when it is for nobody.
func (r router) says(words ...string) string {
	r.t.Helper()
	input := wire.AppendSentence(nil, words...)
	reply, n, err := r.conn.Next(input)
	if err != nil || n != len(input) {
		r.t.Fatalf("%q: %d of %d bytes consumed, error %v", words, n, len(input), err)
	}
	if reply == nil {
		return ""
	}
	return fmt.Sprintf("%d for %d", reply.Kind, reply.Handler)
}

// sentence decodes the one sentence that bytes are.
func sentence(t *testing.T, encoded []byte) string {
	t.Helper()
	decoded, n, err := new(wire.Decoder).Decode(encoded)
	if err != nil || n != len(encoded) {
		t.Fatalf("%q: %d of %d bytes are a sentence, error %v", encoded, n, len(encoded), err)
	}
	return strings.Join(decoded.Words(), " ")
}

func words(list ...string) (words [][]byte) {
	for _, word := range list {
		words = append(words, []byte(word))
	}
	return words
}

func (r router) command(handler Handler) ID {
	r.t.Helper()
	_, id, err := r.conn.AppendCommand(nil, handler, TagAfterCommand, words("/x")...)
	if err != nil {
		r.t.Fatal(err)
	}
	return id
}

func TestReplyWordsAreToldApart(t *testing.T) {
	r := newRouter(t)
	for word, kind := range map[string]Kind{"!re": Row, "!done": Done, "!trap": Trap, "!news": Other, "!r": Other, "plain": Other} {
		if got, want := r.says(word), fmt.Sprintf("%d for 0", kind); got != want {
			t.Errorf("%s: %s, want %s", word, got, want)
		}
	}
}

func TestEmptyIsForNobody(t *testing.T) {
	r := newRouter(t)
	if got := r.says("!empty"); got != "" {
		t.Errorf("got %s", got)
	}
}

func TestSentenceGoesOutAsItIs(t *testing.T) {
	encoded, err := newRouter(t).conn.AppendSentence([]byte("before"), words("/ip/route/print", "?dst=1.0.0.0/8", ".tag=kake")...)
	if err != nil {
		t.Fatal(err)
	}
	if got := sentence(t, encoded[len("before"):]); got != "/ip/route/print ?dst=1.0.0.0/8 .tag=kake" {
		t.Error(got)
	}
}

func TestTagGoesWhereItIsAskedFor(t *testing.T) {
	for place, want := range map[TagPlace]string{
		TagAfterCommand: "/x/print .tag=1 =a=b",
		TagAtEnd:        "/x/print =a=b .tag=1",
	} {
		encoded, id, err := newRouter(t).conn.AppendCommand(nil, 7, place, words("/x/print", "=a=b")...)
		if got := sentence(t, encoded); err != nil || id != 1 || got != want {
			t.Errorf("%q, id %d, error %v; want %q", got, id, err, want)
		}
	}
}

func TestWordsThatCannotBeSentLeaveNothingBehind(t *testing.T) {
	for _, test := range []struct {
		words [][]byte
		want  error
	}{
		{nil, ErrNoWords},
		{words("/x", "", "=a=b"), wire.ErrEmptyWord},
	} {
		conn := newRouter(t).conn
		if dst, err := conn.AppendSentence([]byte("x"), test.words...); !errors.Is(err, test.want) || string(dst) != "x" {
			t.Errorf("sentence: %q, %v; want %v", dst, err, test.want)
		}
		if dst, _, err := conn.AppendCommand([]byte("x"), 1, TagAtEnd, test.words...); !errors.Is(err, test.want) || string(dst) != "x" {
			t.Errorf("command: %q, %v; want %v", dst, err, test.want)
		}
		if left := conn.Handlers(); len(left) != 0 {
			t.Errorf("handlers %v wait", left)
		}
	}
}

func TestRepliesFindTheirHandlerByTagAtAnyPosition(t *testing.T) {
	r := newRouter(t)
	first, second := r.command(10), r.command(20)
	tag := func(id ID) string { return fmt.Sprintf(".tag=%d", id) }
	for _, test := range []struct {
		want string
		says []string
	}{
		{"1 for 20", []string{"!re", "=name=a", tag(second)}},
		{"1 for 10", []string{"!re", tag(first), "=name=a"}},
		{"3 for 10", []string{"!trap", "=message=b", tag(first)}},
		{"3 for 10", []string{"!trap", "=message=c", tag(first)}},
		{"2 for 10", []string{"!done", tag(first)}},
		{"1 for 0", []string{"!re", tag(first)}},
		{"1 for 0", []string{"!re"}},
		{"2 for 20", []string{"!done", tag(second), "=ret=3"}},
	} {
		if got := r.says(test.says...); got != test.want {
			t.Errorf("%q: %s, want %s", test.says, got, test.want)
		}
	}
	if left := r.conn.Handlers(); len(left) != 0 {
		t.Errorf("handlers %v wait", left)
	}
}

func TestTagsThatOnlyLookLikeNumbersAreOthers(t *testing.T) {
	r := newRouter(t)
	r.command(10)
	for _, tag := range []string{"01", "+1", "1 ", "", "-1", "4294967297", "99999999999"} {
		if got := r.says("!re", ".tag="+tag); got != "1 for 0" {
			t.Errorf("tag %q: %s", tag, got)
		}
	}
}

func TestIDsAreUnlikeThoseUnderWay(t *testing.T) {
	r := newRouter(t)
	r.conn.AppendSentence(nil, words("/x", ".tag=2", "=b=.tag=3")...)
	r.conn.commands.last = math.MaxInt32 - 1
	seen := map[ID]bool{2: true}
	for range 4 {
		id := r.command(1)
		if id <= 0 || seen[id] {
			t.Fatalf("id %d again, or not positive", id)
		}
		seen[id] = true
	}
	if !seen[3] {
		t.Errorf("3 is nobody's tag, and was passed over: %v", seen)
	}
	r.says("!done", ".tag=2")
	r.conn.commands.last = 1
	if id := r.command(1); id != 2 {
		t.Errorf("2 is free again, got %d", id)
	}
}

func TestCancelIsAnsweredToNobody(t *testing.T) {
	r := newRouter(t)
	target := r.command(10)
	encoded, _, err := r.conn.AppendCancel(nil, target)
	if got := sentence(t, encoded); err != nil || got != "/cancel =tag=1 .tag=2" {
		t.Fatal(got, err)
	}
	if len(encoded) > MaxCancelSize {
		t.Errorf("%d bytes, more than MaxCancelSize", len(encoded))
	}
	for _, test := range []struct {
		want string
		says []string
	}{
		{"3 for 10", []string{"!trap", "=category=2", "=message=interrupted", ".tag=1"}},
		{"", []string{"!trap", "=message=unexpected", ".tag=2"}},
		{"", []string{"!done", ".tag=2"}},
		{"2 for 10", []string{"!done", ".tag=1"}},
		{"2 for 0", []string{"!done", ".tag=2"}},
	} {
		if got := r.says(test.says...); got != test.want {
			t.Errorf("%q: %q, want %q", test.says, got, test.want)
		}
	}
}

func TestCancelOfNoTagIsRefused(t *testing.T) {
	for _, id := range []ID{0, -1} {
		if _, _, err := newRouter(t).conn.AppendCancel(nil, id); !errors.Is(err, ErrEmptyTag) {
			t.Errorf("id %d: %v", id, err)
		}
	}
}

func TestExpectedTagsFindTheirHandler(t *testing.T) {
	for _, tag := range []string{"kake", "17"} {
		r := newRouter(t)
		r.conn.AppendSentence(nil, words("/x", ".tag="+tag)...)
		if err := r.conn.Expect([]byte(tag), 5); err != nil {
			t.Fatal(err)
		}
		if err := r.conn.Expect([]byte(tag), 6); !errors.Is(err, ErrTagTaken) {
			t.Errorf("twice: %v", err)
		}
		if got := r.says("!re", ".tag="+tag); got != "1 for 5" {
			t.Error(got)
		}
		r.says("!done", ".tag="+tag)
		if got := r.says("!re", ".tag="+tag); got != "1 for 0" {
			t.Errorf("after done: %s", got)
		}
	}
	if err := newRouter(t).conn.Expect(nil, 5); !errors.Is(err, ErrEmptyTag) {
		t.Errorf("no tag: %v", err)
	}
}

func TestForgottenTagHasNoHandler(t *testing.T) {
	for _, tag := range []string{"kake", "17"} {
		r := newRouter(t)
		r.conn.Expect([]byte(tag), 5)
		r.conn.Forget([]byte(tag))
		if got := r.says("!re", ".tag="+tag); got != "1 for 0" {
			t.Error(got)
		}
	}
}

func TestWithdrawnCommandHasNoHandler(t *testing.T) {
	r := newRouter(t)
	r.conn.Withdraw(r.command(10))
	if got := r.says("!re", ".tag=1"); got != "1 for 0" {
		t.Error(got)
	}
}

func TestFatalEndsTheConnection(t *testing.T) {
	r := newRouter(t)
	r.command(30)
	r.conn.Expect([]byte("kake"), 10)
	r.command(20)
	r.conn.AppendSentence(nil, words("/x", ".tag=99")...)
	if got := r.says("!fatal", "session terminated on request"); got != "4 for 0" {
		t.Error(got)
	}
	if got := fmt.Sprint(r.conn.Handlers()); got != "[30 10 20]" {
		t.Errorf("handlers %s, want those of all commands in their order", got)
	}
	_, n, err := r.conn.Next(wire.AppendSentence(nil, "!re"))
	var fatal *FatalError
	if !errors.As(err, &fatal) || fatal.Reason != "session terminated on request" || n != 0 || !errors.Is(r.conn.Err(), ErrFatal) {
		t.Errorf("then: %d consumed, error %v", n, err)
	}
}

func TestDecodingErrorsEndTheConnection(t *testing.T) {
	conn := New(wire.Limits{Word: 3})
	if _, _, err := conn.Next(wire.AppendSentence(nil, "long")); !errors.Is(err, wire.ErrLimit) {
		t.Error(err)
	}
	if !errors.Is(conn.Err(), wire.ErrLimit) {
		t.Error(conn.Err())
	}
}

func TestCountersCount(t *testing.T) {
	r := newRouter(t)
	r.command(1)
	r.conn.AppendLogin(nil, nil, nil)
	r.says("!done")
	r.says("!re", "=a=b")
	r.conn.Next([]byte{0, 3, '!'})
	if got, want := r.conn.Counters(), (Counters{SentencesSent: 2, SentencesReceived: 2, BytesReceived: 7 + 10 + 1}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestRoutingRowsDoesNotAllocate(t *testing.T) {
	r := newRouter(t)
	id := r.command(1)
	row := wire.AppendSentence(nil, "!re", "=name=ether1", fmt.Sprintf(".tag=%d", id))
	if n := testing.AllocsPerRun(100, func() { r.conn.Next(row) }); n != 0 {
		t.Errorf("%v allocations a row", n)
	}
}

func TestCommandsDoNotMakeGarbage(t *testing.T) {
	r := newRouter(t)
	list := words("/x", "=a=b")
	room := make([]byte, 0, 100)
	done := make([]byte, 0, 100)
	tag := make([]byte, 0, 100)
	n := testing.AllocsPerRun(1000, func() {
		_, id, _ := r.conn.AppendCommand(room, 1, TagAtEnd, list...)
		done = wire.AppendWord(done[:0], "!done")
		tag = strconv.AppendInt(append(tag[:0], ".tag="...), int64(id), 10)
		done = wire.AppendEnd(wire.AppendWord(done, tag))
		r.conn.Next(done)
	})
	if n != 0 {
		t.Errorf("%v allocations a command", n)
	}
}
