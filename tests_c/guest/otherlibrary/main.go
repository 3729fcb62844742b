// Command otherlibrary is a Go library of somebody else's, for the test that librouteros gets on with it in
// one process. It does what librouteros does not: goroutines, timers, collections when the runtime likes.
package main

import "C"

import (
	"runtime"
	"sync"
	"time"
)

// OtherWork makes garbage in some goroutines and returns how many ran.
//
//export OtherWork
func OtherWork(rounds C.int) C.int {
	var ran sync.WaitGroup
	counts := make([]int, 4)
	for i := range counts {
		ran.Go(func() {
			var kept [][]byte
			for range int(rounds) {
				kept = append(kept, make([]byte, 64<<10))
				time.Sleep(time.Millisecond)
			}
			counts[i] = len(kept) / int(rounds)
		})
	}
	ran.Wait()
	runtime.GC()
	sum := 0
	for _, n := range counts {
		sum += n
	}
	return C.int(sum)
}

func main() {}
