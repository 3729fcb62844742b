package main

import (
	"runtime"
	"runtime/metrics"
	"sync"
	"sync/atomic"
)

// The runtime does not collect garbage by itself (gate.c): it would do so at a time of its own choosing,
// and open descriptors for it. Little is made, so it is enough to look now and then at how much there was
// since the last time.
const (
	callsBetweenLooks  = 256
	garbageWorthACycle = 4 << 20
)

var (
	collectCalls  atomic.Uint32
	collectLock   sync.Mutex
	collectedUpTo uint64
)

// collectSometimes is called by exports that may make garbage.
func collectSometimes() {
	if collectCalls.Add(1)%callsBetweenLooks != 0 || !collectLock.TryLock() {
		return
	}
	defer collectLock.Unlock()
	allocated := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(allocated)
	if now := allocated[0].Value.Uint64(); now-collectedUpTo >= garbageWorthACycle {
		collectedUpTo = now
		runtime.GC()
	}
}
