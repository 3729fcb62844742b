package routertest

import (
	"context"
	"net"
	"sync"
)

// A Peer is a server whose every byte a test decides, for what no Router does.
type Peer struct {
	listener net.Listener
	context  context.Context
	stop     context.CancelFunc
	group    sync.WaitGroup
}

// NewPeer listens on a free port of 127.0.0.1 and calls script with each connection, on a goroutine
// of its own. The connection is closed when script returns, and when the peer is closed. NewPeer
// panics when the system has no port.
func NewPeer(script func(conn net.Conn)) *Peer {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic("routertest: " + err.Error())
	}
	p := &Peer{listener: listener}
	p.context, p.stop = context.WithCancel(context.Background())
	p.group.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			p.group.Go(func() { p.serve(conn, script) })
		}
	})
	return p
}

func (p *Peer) serve(conn net.Conn, script func(conn net.Conn)) {
	end := func() { _ = conn.Close() }
	stop := context.AfterFunc(p.context, end)
	defer end()
	defer stop()
	script(conn)
}

// Addr returns the address that the peer listens on, as host:port.
func (p *Peer) Addr() string { return p.listener.Addr().String() }

// Close ends listening and all connections, and returns when all scripts have returned.
func (p *Peer) Close() {
	p.stop()
	_ = p.listener.Close()
	p.group.Wait()
}
