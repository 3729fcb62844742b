package main

// #include "rosgo.h"
import "C"

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"
)

// The runtime does not collect garbage by itself (gate.c): it would do so at a time of its own choosing,
// and open descriptors for it. Little is made, so it is enough to look now and then at how much there was
// since the last time.
const (
	callsBetweenLooks  = 256
	garbageWorthACycle = 4 << 20
	tooMuchGarbage     = 16 << 20
)

var (
	collectCalls  atomic.Uint32
	collectLock   sync.Mutex
	collectedUpTo atomic.Uint64
)

// collectSometimes is called by exports that may make garbage. Where one thread collects, others go on,
// until they have made so much that they wait for it.
func collectSometimes() {
	if collectCalls.Add(1)%callsBetweenLooks != 0 {
		return
	}
	garbage := allocated() - collectedUpTo.Load()
	if garbage < garbageWorthACycle {
		return
	}
	if !collectLock.TryLock() {
		if garbage < tooMuchGarbage {
			return
		}
		collectLock.Lock()
	}
	defer collectLock.Unlock()
	now := allocated()
	if now-collectedUpTo.Load() < garbageWorthACycle {
		return
	}
	collectedUpTo.Store(now)
	parkScavenger()
	debug.FreeOSMemory()
}

// allocated returns how many bytes were ever allocated.
func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// scavenger is what runtime.scavengerState begins with in the versions of Go that parkScavenger knows.
type scavenger struct {
	lock       uintptr
	g          unsafe.Pointer
	timer      unsafe.Pointer
	sysmonWake uint32
	parked     bool
}

// parkScavenger keeps asleep, for good, the goroutine that gives memory back to the system some time after a
// collection. It works in small steps with timers between them, and the first timer would open two
// descriptors, in the middle of a program that counts its own. It sleeps as long as it does not seem to;
// collectSometimes gives memory back at once.
//
// The layout is the runtime's own affair, so a version that was not looked at is left as it is: the two
// descriptors then appear with a collection.
func parkScavenger() {
	s := (*scavenger)(C.ros_go_scavenger)
	if s == nil || !strings.HasPrefix(runtime.Version(), "go1.26") || s.g == nil || s.timer == nil {
		return
	}
	s.parked = false
}
