package routertest

import "sync"

// maxPending is how many changes a listener keeps for a client that does not read; older ones are
// forgotten then.
const maxPending = 1 << 16

// A change is what listeners of a table are told.
type change struct {
	item *item
	dead bool
}

// A listener collects the changes of a table for one command.
type listener struct {
	table   *table
	wake    func() // tells the command's connection
	mutex   sync.Mutex
	pending []change
}

// listen begins to collect changes. It is ended with close.
func (t *table) listen(wake func()) *listener {
	l := &listener{table: t, wake: wake}
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.listeners[l] = struct{}{}
	return l
}

// tell hands a change to all listeners. The caller holds the table's lock.
func (t *table) tell(c change) {
	for l := range t.listeners {
		l.mutex.Lock()
		if len(l.pending) == maxPending {
			l.pending = l.pending[1:]
		}
		l.pending = append(l.pending, c)
		l.mutex.Unlock()
		l.wake()
	}
}

// next takes the oldest change that was not taken yet.
func (l *listener) next() (c change, any bool) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if len(l.pending) == 0 {
		l.pending = nil
		return change{}, false
	}
	c, l.pending = l.pending[0], l.pending[1:]
	return c, true
}

func (l *listener) close() {
	l.table.mutex.Lock()
	defer l.table.mutex.Unlock()
	delete(l.table.listeners, l)
}
