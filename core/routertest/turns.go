package routertest

import (
	"context"
	"slices"
	"time"
)

// write carries out commands and sends what they answer, until the connection is over. It reports
// whether that is to be ended in good order.
func (c *connection) write(ctx context.Context) (orderly bool) {
	var queued []*command
	for {
		var over, progressed bool
		queued, over = c.take(queued)
		buffer := chunks.Get().(*[]byte)
		*buffer, queued, progressed = c.gather((*buffer)[:0], queued)
		err := c.sender.write(*buffer)
		c.router.countSent(len(*buffer))
		if cap(*buffer) <= 4*chunk {
			chunks.Put(buffer)
		}
		if c.newFaults != nil {
			c.sender.setFaults(*c.newFaults)
			c.newFaults = nil
		}
		switch {
		case err != nil:
			return err == errEnd
		case c.closing:
			return true
		case progressed || c.anyReady() || len(queued) > 0 && !c.holding:
		case over:
			return true
		default:
			if !c.sleep(ctx) {
				return false
			}
		}
	}
}

// gather starts the commands that came, gives those that run their turns, and appends what they say
// to dst, until there is a chunk of it.
func (c *connection) gather(dst []byte, queued []*command) (_ []byte, left []*command, progressed bool) {
	for len(queued) > 0 && !c.holding && !c.full(dst) {
		dst = c.start(dst, queued[0])
		queued = queued[1:]
		progressed = true
	}
	now := time.Now()
	for _, r := range c.running {
		if r.state == waiting || r.state == sleeping && !now.Before(r.due) {
			r.state = ready
		}
	}
	for !c.full(dst) && c.anyReady() {
		dst = c.turn(dst)
		if len(c.wakes) > 0 {
			break // a /cancel may have come
		}
	}
	return dst, queued, progressed
}

// full reports whether what was gathered must be sent before anything else is said.
func (c *connection) full(dst []byte) bool {
	return len(dst) >= chunk || c.closing || c.newFaults != nil
}

func (c *connection) anyReady() bool {
	return slices.ContainsFunc(c.running, func(r *running) bool { return r.state == ready })
}

// turn lets each command that is ready say something: a row when there are several, so that their
// rows mix, and as much as fits when there is one.
func (c *connection) turn(dst []byte) []byte {
	size, count := 1, 0
	for _, r := range c.running {
		if r.state == ready {
			count++
		}
	}
	if count == 1 {
		size = max(chunk-len(dst), 1)
	}
	ended := 0
	for _, r := range c.running {
		if r.state != ready || c.closing {
			continue
		}
		var p progress
		dst, p = r.task.step(dst, size)
		r.state, r.due = p.state, p.due
		if r.state == finished {
			r.task.stop()
			ended++
		}
	}
	if ended > 0 {
		c.running = slices.DeleteFunc(c.running, func(r *running) bool { return r.state == finished })
		c.router.count(func(n *Counters) { n.Running -= ended })
	}
	return dst
}

// run lets a task begin, and makes it one of the commands that go on unless that was all. So a short
// answer is whole before what comes next is started.
func (c *connection) run(dst []byte, parsed *command, t task) []byte {
	dst, p := t.step(dst, begin)
	if p.state == finished {
		t.stop()
		return dst
	}
	c.running = append(c.running, &running{command: parsed, task: t, state: p.state, due: p.due})
	c.router.count(func(n *Counters) { n.Running++ })
	return dst
}

// sleep waits until there is something to do, and reports whether the connection goes on.
func (c *connection) sleep(ctx context.Context) bool {
	var next time.Time
	for _, r := range c.running {
		if r.state == sleeping && (next.IsZero() || r.due.Before(next)) {
			next = r.due
		}
	}
	var due <-chan time.Time
	if !next.IsZero() {
		timer := time.NewTimer(time.Until(next))
		defer timer.Stop()
		due = timer.C
	}
	select {
	case <-c.wakes:
	case <-due:
	case <-ctx.Done():
		return false
	}
	return true
}
