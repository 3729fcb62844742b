package routertest

import (
	"context"
	"slices"
)

// Counters is what a router has seen so far.
type Counters struct {
	Connections  int   // made, those that ended included
	Live         int   // connections that have not ended
	Logins       int   // that succeeded
	FailedLogins int   // of a wrong user, password or response
	Commands     int   // that were started, logins included
	Running      int   // commands that go on now: listens, monitors, prints that are not read
	Cancelled    int   // commands that /cancel ended
	Sent         int64 // bytes handed to the system
}

// A Sentence is one that the router got.
type Sentence struct {
	Connection int // the connection's number, counted from 1
	Words      []string
}

// Counters returns what the router has seen so far.
func (r *Router) Counters() Counters {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.counters
}

// Wait returns nil as soon as the counters satisfy the condition, which is called on the caller's
// goroutine after every change; or the context's error when that ends first.
func (r *Router) Wait(ctx context.Context, condition func(Counters) bool) error {
	for {
		r.mutex.Lock()
		now := r.counters
		if r.watch == nil {
			r.watch = make(chan struct{})
		}
		changed := r.watch
		r.mutex.Unlock()
		if condition(now) {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Sentences returns the sentences that the router got, in the order in which it got them, if it
// records.
func (r *Router) Sentences() []Sentence {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return slices.Clone(r.sentences)
}

// count changes the counters.
func (r *Router) count(change func(*Counters)) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	change(&r.counters)
	if r.watch != nil {
		close(r.watch)
		r.watch = nil
	}
}

func (r *Router) record(connection int, words []string) {
	if r.config.OnSentence != nil {
		r.config.OnSentence(Sentence{connection, words})
	}
	if !r.config.Record {
		return
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.sentences = append(r.sentences, Sentence{connection, words})
}

// countSent is called for every write, so it is only watched when something was sent.
func (r *Router) countSent(n int) {
	if n > 0 {
		r.count(func(c *Counters) { c.Sent += int64(n) })
	}
}
