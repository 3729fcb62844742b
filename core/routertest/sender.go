package routertest

import (
	"errors"
	"net"
	"sync"
	"time"
)

var (
	errClosed = errors.New("connection closed")
	errEnd    = errors.New("connection to be closed after what was sent")
)

// A sender writes a connection's bytes and commits its faults.
type sender struct {
	conn   net.Conn
	closed <-chan struct{} // ends every wait
	gone   chan struct{}   // closed when the peer sends no more

	mutex  sync.Mutex
	faults []Fault // set for this connection, those with a position not yet committed
	sent   int64   // bytes since the faults were set
}

func (s *sender) setFaults(faults []Fault) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.faults = append([]Fault{}, faults...)
	s.sent = 0
}

// plan is what the faults make of the next write.
type plan struct {
	size  int // bytes to write at most; 0: none before the fault
	delay time.Duration
	then  *Fault // to commit behind them
}

// duration returns the time of the fault of this kind, or 0.
func (s *sender) duration(kind string) (d time.Duration) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for _, fault := range s.faults {
		if fault.kind == kind {
			d = fault.every
		}
	}
	return d
}

func (s *sender) plan(size int) plan {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	p := plan{size: size}
	for i, fault := range s.faults {
		switch fault.kind {
		case "delay":
			p.delay = fault.every
		case "split":
			p.size = min(p.size, int(fault.at))
		case "", "login-delay":
		default:
			rest := fault.at - s.sent
			if rest < int64(p.size) || rest == int64(p.size) && p.then == nil {
				p.size, p.then = int(rest), &s.faults[i]
			}
		}
	}
	return p
}

// write sends bytes as the faults allow. An error means that the connection is over.
func (s *sender) write(bytes []byte) error {
	for len(bytes) > 0 || s.dueNow() {
		p := s.plan(len(bytes))
		if p.delay > 0 && !s.sleep(p.delay) {
			return errClosed
		}
		if p.size > 0 {
			if _, err := s.conn.Write(bytes[:p.size]); err != nil {
				return err
			}
			bytes = bytes[p.size:]
		}
		s.mutex.Lock()
		s.sent += int64(p.size)
		s.mutex.Unlock()
		if p.then != nil {
			if err := s.commit(p.then); err != nil {
				return err
			}
		}
	}
	return nil
}

// dueNow reports whether a fault is to be committed before any further byte.
func (s *sender) dueNow() bool { return s.plan(0).then != nil }

// commit carries out the fault at its position, once.
func (s *sender) commit(f *Fault) error {
	fault := *f
	s.mutex.Lock()
	*f = Fault{}
	s.mutex.Unlock()
	switch fault.kind {
	case "stall-at":
		select {
		case <-s.closed:
		case <-s.gone:
		}
		return errClosed
	case "close-at":
		return errEnd
	case "reset-at":
		s.reset()
		return errClosed
	}
	_, err := s.conn.Write(fault.bytes)
	return err
}

// reset closes the connection so that the peer is told at once that it is gone.
func (s *sender) reset() {
	if tcp, isTCP := s.conn.(*net.TCPConn); isTCP {
		_ = tcp.SetLinger(0)
	}
	_ = s.conn.Close()
}

// sleep reports whether the connection is still open after the time.
func (s *sender) sleep(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-s.closed:
		return false
	}
}
