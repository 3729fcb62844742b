package routertest_test

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"testing"

	"librouteros/core/routertest"
)

func TestWrongConfigsAreRefused(t *testing.T) {
	for _, config := range []routertest.Config{
		{Version: "7"}, {Version: "seven.one"}, {Version: "7."},
		{Rows: map[string]int{"ip/neighbor": 1}}, {Rows: map[string]int{"system/identity": 2}}, {Rows: map[string]int{"log": -1}},
	} {
		if r, err := routertest.NewRouter(config); err == nil {
			r.Close()
			t.Errorf("%+v: no error", config)
		}
	}
	for _, version := range []string{"7.18", "7.19beta2", "6.49.10", "7.18.2rc1", "8.0"} {
		r, err := routertest.NewRouter(routertest.Config{Version: version})
		if err != nil {
			t.Errorf("%s: %v", version, err)
			continue
		}
		r.Close()
	}
}

func TestListenOnceOnly(t *testing.T) {
	r := serve(t, routertest.Config{})
	if err := r.Listen("127.0.0.1:0"); err == nil {
		t.Error("listens twice")
	}
	r.Close()
	if err := r.Listen("127.0.0.1:0"); err == nil {
		t.Error("listens after Close")
	}
}

func TestWaitEndsWithItsContext(t *testing.T) {
	r := serve(t, routertest.Config{})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := r.Wait(ctx, func(routertest.Counters) bool { return false }); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestManyConnectionsAtOnce(t *testing.T) {
	r := serve(t, routertest.Config{})
	var group sync.WaitGroup
	for range 32 {
		c := login(t, r)
		group.Go(func() {
			for range 20 {
				c.send("/ip/firewall/address-list/print")
				for {
					sentence, err := c.next()
					if err != nil {
						t.Error(err)
						return
					}
					if sentence[0] == "!done" {
						break
					}
				}
				c.send("/ip/firewall/address-list/add", "=list=x", "=address=10.1.1.1")
				_, _ = c.next()
			}
		})
	}
	group.Wait()
	if n := r.Counters(); n.Logins != 32 || n.Live != 32 {
		t.Errorf("%+v", n)
	}
}

func TestPeerEndsItsScripts(t *testing.T) {
	began := make(chan struct{})
	peer := routertest.NewPeer(func(conn net.Conn) {
		close(began)
		_, _ = io.Copy(io.Discard, conn)
	})
	conn, err := net.Dial("tcp", peer.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	<-began
	peer.Close()
}
