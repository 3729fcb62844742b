package routertest_test

import (
	"context"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"librouteros/core/routertest"
	"librouteros/core/wire"
)

// A client sends and receives whole sentences and knows nothing else.
type client struct {
	t       testing.TB
	conn    net.Conn
	decoder *wire.Decoder
	have    []byte
}

// patience is how long tests wait for what must happen.
const patience = 20 * time.Second

func dial(t testing.TB, r *routertest.Router) *client {
	t.Helper()
	conn, err := net.Dial("tcp", r.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(patience))
	return &client{t: t, conn: conn, decoder: wire.NewDecoder(wire.Limits{})}
}

// login returns a client of a new connection that is logged in.
func login(t testing.TB, r *routertest.Router) *client {
	t.Helper()
	c := dial(t, r)
	c.send("/login", "=name=admin", "=password=")
	c.want("!done")
	return c
}

func serve(t testing.TB, config routertest.Config) *routertest.Router {
	t.Helper()
	r := routertest.NewServer(config)
	t.Cleanup(r.Close)
	return r
}

func (c *client) send(words ...string) {
	c.t.Helper()
	if _, err := c.conn.Write(wire.AppendSentence(nil, words...)); err != nil {
		c.t.Fatal(err)
	}
}

// next returns the next sentence, or the error that came in its place.
func (c *client) next() ([]string, error) {
	for {
		sentence, n, err := c.decoder.Decode(c.have)
		words := sentence.Words()
		c.have = c.have[n:]
		if err != nil || len(words) > 0 {
			return words, err
		}
		more := make([]byte, 64<<10)
		n, err = c.conn.Read(more)
		c.have = append(c.have, more[:n]...)
		if n == 0 && err != nil {
			return nil, err
		}
	}
}

func (c *client) sentence() []string {
	c.t.Helper()
	words, err := c.next()
	if err != nil {
		c.t.Fatal(err)
	}
	return words
}

// want fails the test unless the next sentence is of these words.
func (c *client) want(words ...string) {
	c.t.Helper()
	if got := c.sentence(); !slices.Equal(got, words) {
		c.t.Fatalf("got %q, want %q", got, words)
	}
}

// talk sends a command without tag and returns all that answers it, !done included.
func (c *client) talk(words ...string) (answer [][]string) {
	c.t.Helper()
	c.send(words...)
	for {
		answer = append(answer, c.sentence())
		if answer[len(answer)-1][0] == "!done" {
			return answer
		}
	}
}

// answers fails the test unless a command is answered by these sentences, each given as its words
// with blanks between them.
func (c *client) answers(command []string, want ...string) {
	c.t.Helper()
	var got []string
	for _, sentence := range c.talk(command...) {
		got = append(got, strings.Join(sentence, " "))
	}
	if !slices.Equal(got, want) {
		c.t.Errorf("%q\n got %q\nwant %q", command, got, want)
	}
}

func (c *client) wantEnd() {
	c.t.Helper()
	if words, err := c.next(); err != io.EOF {
		c.t.Errorf("got %q, error %v, want the end", words, err)
	}
}

func wait(t testing.TB, r *routertest.Router, condition func(routertest.Counters) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := r.Wait(ctx, condition); err != nil {
		t.Fatalf("%v: %+v", err, r.Counters())
	}
}

// words splits a command at blanks.
func words(text string) []string { return strings.Fields(text) }
