package routertest_test

import (
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"librouteros/core/routertest"
	"librouteros/core/wire"
)

func TestCancelOfOneCommand(t *testing.T) {
	r := serve(t, routertest.Config{})
	c := login(t, r)
	c.send("/interface/listen", ".tag=a")
	c.send("/ip/route/listen", ".tag=b")
	c.send("/cancel", "=tag=a", ".tag=c")
	c.want("!trap", ".tag=a", "=category=2", "=message=interrupted")
	c.want("!done", ".tag=c")
	c.want("!done", ".tag=a")
	if n := r.Counters(); n.Running != 1 || n.Cancelled != 1 {
		t.Errorf("%+v", n)
	}
	c.answers(words("/cancel =tag=nobody .tag=c"), "!done .tag=c")
}

func TestCancelOfAllCommands(t *testing.T) {
	c := login(t, serve(t, routertest.Config{}))
	c.send("/test/never", ".tag=a")
	c.send("/interface/listen")
	c.send("/cancel", ".tag=c")
	c.want("!trap", ".tag=a", "=category=2", "=message=interrupted")
	c.want("!trap", "=category=2", "=message=interrupted")
	c.want("!done", ".tag=c")
	c.want("!done", ".tag=a")
	c.want("!done")
}

func TestCancelStopsAPrintHalfway(t *testing.T) {
	c := login(t, serve(t, routertest.Config{Rows: map[string]int{"ip/route": 1_000_000}}))
	c.send("/ip/route/print", ".tag=p")
	rows := 0
	for c.sentence()[0] == "!re" {
		if rows++; rows == 10 {
			c.send("/cancel", "=tag=p")
		}
	}
	c.want("!done")
	c.want("!done", ".tag=p")
	if rows == 1_000_000 {
		t.Error("all rows came")
	}
}

func TestListenTellsWhatOthersChange(t *testing.T) {
	for version, dead := range map[string]string{"6.49": "=.dead=yes", "7.18": "=.dead=true"} {
		r := serve(t, routertest.Config{Version: version})
		c, other := login(t, r), login(t, r)
		c.send("/ip/address/listen", "=.proplist=.id,address", ".tag=1")
		c.send("/ip/address/listen", "?interface=ether8", ".tag=2")
		wait(t, r, func(n routertest.Counters) bool { return n.Running == 2 })
		other.answers(words("/ip/address/add =address=10.0.0.1/8 =interface=ether1"), "!done =ret=*4")
		other.answers(words("/ip/address/set =.id=*1 =address=10.0.1.1/8"), "!done")
		other.answers(words("/ip/address/remove =.id=*4"), "!done")
		c.want("!re", ".tag=1", "=.id=*4", "=address=10.0.0.1/8")
		c.want("!re", ".tag=1", "=.id=*1", "=address=10.0.1.1/8")
		c.want("!re", ".tag=1", "=.id=*4", dead)
		other.answers(words("/ip/address/remove =.id=*2"), "!done")
		c.want("!re", ".tag=1", "=.id=*2", dead)
	}
}

func TestPrintMayGoOnWithChanges(t *testing.T) {
	c := login(t, serve(t, routertest.Config{}))
	c.send("/system/identity/print", "=follow=", ".tag=f")
	c.send("/system/identity/print", "=follow-only=", ".tag=o")
	c.want("!re", ".tag=f", "=name=MikroTik")
	c.send("/system/identity/set", "=name=new")
	c.want("!done")
	c.want("!re", ".tag=f", "=name=new")
	c.want("!re", ".tag=o", "=name=new")
}

func TestRowsOfCommandsAtTheSameTimeMix(t *testing.T) {
	for _, rows := range []int{100, 2000} {
		c := login(t, serve(t, routertest.Config{Rows: map[string]int{"interface": rows, "ip/route": rows}}))
		both := wire.AppendSentence(nil, "/interface/print", ".tag=i")
		both = wire.AppendSentence(both, "/ip/route/print", ".tag=r")
		if _, err := c.conn.Write(both); err != nil {
			t.Fatal(err)
		}
		count, changes, last := map[string]int{}, 0, ""
		for done := 0; done < 2; {
			sentence := c.sentence()
			if sentence[1] != last {
				changes++
			}
			last = sentence[1]
			count[sentence[0]+sentence[1]]++
			if sentence[0] == "!done" {
				done++
			}
		}
		if count["!re.tag=i"] != rows || count["!re.tag=r"] != rows || changes < rows {
			t.Errorf("%v, %d changes from one to the other", count, changes)
		}
	}
}

func TestClientThatDoesNotReadDisturbsNobody(t *testing.T) {
	r := serve(t, routertest.Config{Rows: map[string]int{"ip/route": 60_000}})
	c, other := login(t, r), login(t, r)
	c.send("/ip/route/print", ".tag=p")
	c.send("/ip/route/listen", ".tag=l")
	const commands = 5_000
	go func() {
		for i := range commands {
			_, _ = c.conn.Write(wire.AppendSentence(nil, "/test/echo", ".tag="+strconv.Itoa(i), "=filler="+strings.Repeat("x", 200)))
		}
	}()
	wait(t, r, func(n routertest.Counters) bool { return n.Sent > 1000 })
	other.answers(words("/ip/route/set =.id=*1 =comment=still-alive"), "!done")
	for done := 0; done < commands+1; {
		if c.sentence()[0] == "!done" {
			done++
		}
	}
}

func TestCommandsAreNotReadWithoutBoundFromAClientThatDoesNotRead(t *testing.T) {
	r, err := routertest.NewRouter(routertest.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	near, far := net.Pipe() // which holds no bytes, as a network's connection would
	go r.Serve(far)
	c := &client{t: t, conn: near, decoder: wire.NewDecoder(wire.Limits{})}
	c.send("/login", "=name=admin", "=password=")
	c.want("!done")
	_ = near.SetWriteDeadline(time.Now().Add(time.Second))
	for range 10_000 {
		if _, err = near.Write(wire.AppendSentence(nil, "/test/echo")); err != nil {
			return
		}
	}
	t.Error("10,000 commands were taken")
}

func TestServeOverAPipe(t *testing.T) {
	r, err := routertest.NewRouter(routertest.Config{Record: true})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	near, far := net.Pipe()
	ended := make(chan struct{})
	go func() { r.Serve(far); close(ended) }()
	c := &client{t: t, conn: near, decoder: wire.NewDecoder(wire.Limits{})}
	c.send("/login", "=name=admin", "=password=")
	c.want("!done")
	c.send("/quit")
	c.want("!fatal", "session terminated on request")
	c.wantEnd()
	<-ended
	if got := r.Sentences(); len(got) != 2 || got[0].Connection != 1 || got[0].Words[1] != "=name=admin" || got[1].Words[0] != "/quit" {
		t.Errorf("%v", got)
	}
}

func TestCloseEndsAllThatGoesOn(t *testing.T) {
	r := routertest.NewServer(routertest.Config{Rows: map[string]int{"ip/route": 1_000_000}})
	for _, command := range []string{"/ip/route/print", "/interface/listen", "/test/never", "/test/delay =time=1h"} {
		c := login(t, r)
		c.send(words(command)...)
	}
	stalled := login(t, r)
	stalled.answers(words("/test/fault =stall-at=0"), "!done")
	wait(t, r, func(n routertest.Counters) bool { return n.Running == 4 && n.Commands == 10 })
	closed := make(chan struct{})
	go func() { r.Close(); r.Close(); close(closed) }()
	select {
	case <-closed:
	case <-time.After(patience):
		t.Fatal("Close does not return")
	}
	if n := r.Counters(); n.Live != 0 || n.Running != 0 {
		t.Errorf("%+v", n)
	}
	if _, err := net.Dial("tcp", r.Addr()); err == nil {
		t.Error("the router still listens")
	}
}

func TestConnectionEndsWithItsClient(t *testing.T) {
	r := serve(t, routertest.Config{Rows: map[string]int{"ip/route": 1_000_000}})
	for _, command := range []string{"/ip/route/print", "/interface/listen", "/test/never", "/test/fault =stall-at=0"} {
		c := login(t, r)
		c.send(words(command)...)
		c.send("/test/delay", "=time=1h")
		_ = c.conn.Close()
	}
	wait(t, r, func(n routertest.Counters) bool { return n.Connections == 4 && n.Live == 0 && n.Running == 0 })
}

func TestCommandsSentBeforeHalfClosingAreAnswered(t *testing.T) {
	c := login(t, serve(t, routertest.Config{}))
	c.send("/system/identity/print", ".tag=1")
	if err := c.conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	c.want("!re", ".tag=1", "=name=MikroTik")
	c.want("!done", ".tag=1")
	c.wantEnd()
}

func TestBytesThatAreNotTheProtocolEndTheConnection(t *testing.T) {
	c := login(t, serve(t, routertest.Config{}))
	if _, err := c.conn.Write([]byte{0xF8}); err != nil {
		t.Fatal(err)
	}
	c.wantEnd()
}
