package routertest

import (
	"context"
	"net"
	"sync"
	"time"

	"librouteros/core/wire"
)

const (
	chunk      = 256 << 10 // bytes gathered before a write
	begin      = 2 << 10   // bytes that a command may say before the next is started
	maxQueued  = 1024      // commands read ahead while the client does not read
	lingerTime = 500 * time.Millisecond
)

var chunks = sync.Pool{New: func() any { return new([]byte) }}

// A connection is one client's. One goroutine reads sentences into the queue; another, the owner of
// all else, carries commands out in turn and writes. So a client that does not read stops the writing
// and, when the queue is full, the reading, but nobody else.
type connection struct {
	router *Router
	number int
	conn   net.Conn
	sender sender

	wakes chan struct{} // something is in the queue, or a listener has news
	room  chan struct{} // the queue was emptied

	mutex sync.Mutex
	queue []*command
	over  bool // the client sends no more

	running   []*running
	loggedIn  bool
	user      string
	challenge []byte   // outstanding
	holding   bool     // a login takes its time; what follows waits
	closing   bool     // to be closed once all is sent
	newFaults *[]Fault // to be set once all is sent
}

// running is a command that goes on.
type running struct {
	*command
	task  task
	state state
	due   time.Time
}

// Serve speaks with one client over conn, which need not be a network's: one end of a net.Pipe does.
// It closes conn and returns when the client or the router has ended the connection.
func (r *Router) Serve(conn net.Conn) {
	ctx, cancel := context.WithCancel(r.context)
	c := &connection{
		router: r, conn: conn, sender: sender{conn: conn, closed: ctx.Done(), gone: make(chan struct{})},
		wakes: make(chan struct{}, 1), room: make(chan struct{}, 1),
	}
	r.mutex.Lock()
	r.number++
	c.number = r.number
	r.mutex.Unlock()
	r.count(func(n *Counters) { n.Connections++; n.Live++ })
	faults := r.config.Faults
	if r.config.ConnectionFaults != nil {
		faults = r.config.ConnectionFaults(c.number)
	}
	c.sender.setFaults(faults)
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })

	var reader sync.WaitGroup
	reader.Go(func() { c.read(ctx) })
	orderly := c.write(ctx)
	for _, command := range c.running {
		command.task.stop()
	}
	r.count(func(n *Counters) { n.Running -= len(c.running) })
	if orderly {
		c.linger(&reader)
	}
	cancel()
	stop()
	_ = conn.Close()
	reader.Wait()
	r.count(func(n *Counters) { n.Live-- })
}

// linger lets the client have what was sent last: closing while the client's bytes lie unread would
// reset the connection. The reader takes and drops them until the client closes too.
func (c *connection) linger(reader *sync.WaitGroup) {
	half, can := c.conn.(interface{ CloseWrite() error })
	if !can || half.CloseWrite() != nil {
		return
	}
	c.mutex.Lock()
	c.over = true
	c.mutex.Unlock()
	signal(c.room)
	_ = c.conn.SetReadDeadline(time.Now().Add(lingerTime))
	reader.Wait()
}

// read takes sentences from the client until it ends, or sends what is not the protocol.
func (c *connection) read(ctx context.Context) {
	defer close(c.sender.gone)
	defer c.enqueue(ctx, nil)
	decoder := wire.NewDecoder(wire.Limits{})
	buffer := make([]byte, 0, 4096)
	for {
		if len(buffer) == cap(buffer) {
			buffer = append(buffer, 0)[:len(buffer)]
		}
		n, err := c.conn.Read(buffer[len(buffer):cap(buffer)])
		buffer = buffer[:len(buffer)+n]
		rest := buffer
		for {
			sentence, consumed, err := decoder.Decode(rest)
			if err != nil {
				return
			}
			if sentence.Len() > 0 {
				parsed := parseCommand(sentence, c.router.config.TagLast)
				c.router.record(c.number, parsed.words)
				c.enqueue(ctx, parsed)
			}
			rest = rest[consumed:]
			if sentence.Len() == 0 {
				break
			}
		}
		buffer = buffer[:copy(buffer, rest)]
		if err != nil {
			return
		}
	}
}

// enqueue puts a command into the queue, waiting for room; nil says that no more will come.
func (c *connection) enqueue(ctx context.Context, parsed *command) {
	for {
		c.mutex.Lock()
		full := len(c.queue) >= maxQueued && parsed != nil && !c.over
		if !full {
			if parsed == nil {
				c.over = true
			} else if !c.over {
				c.queue = append(c.queue, parsed)
			}
			c.mutex.Unlock()
			c.wake()
			return
		}
		c.mutex.Unlock()
		select {
		case <-c.room:
		case <-ctx.Done():
			return
		}
	}
}

// wake makes the owner look for news. It never waits.
func (c *connection) wake() { signal(c.wakes) }

func signal(channel chan struct{}) {
	select {
	case channel <- struct{}{}:
	default:
	}
}

// take returns what there is to be started: what is left of it from the last time, or else what came
// since. It also reports whether the client sends no more.
func (c *connection) take(left []*command) (queue []*command, over bool) {
	select {
	case <-c.wakes:
	default:
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if len(left) > 0 {
		return left, false
	}
	queue, c.queue = c.queue, nil
	if queue != nil {
		signal(c.room)
	}
	return queue, c.over
}
