package routertest_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"syscall"
	"testing"
	"time"

	"librouteros/core/routertest"
)

// received returns what a connection sends until it ends, and how it ends, after a login.
func received(t *testing.T, faults ...routertest.Fault) (got []byte, err error) {
	t.Helper()
	c := dial(t, serve(t, routertest.Config{Faults: faults}))
	c.send("/login", "=name=admin", "=password=")
	c.send("/system/identity/print")
	c.send("/quit")
	for {
		piece := make([]byte, 1000)
		n, err := c.conn.Read(piece)
		got = append(got, piece[:n]...)
		if err != nil {
			return got, err
		}
	}
}

func TestFaultsAtEachByte(t *testing.T) {
	whole, err := received(t)
	if err != io.EOF || len(whole) == 0 {
		t.Fatalf("%q, error %v", whole, err)
	}
	for at := range len(whole) {
		inserted := func(bytes string) string { return string(whole[:at]) + bytes + string(whole[at:]) }
		n := int64(at)
		for fault, want := range map[*routertest.Fault]string{
			new(routertest.CloseAt(n)):                    string(whole[:at]),
			new(routertest.GarbageAt(n, []byte("\x7Fx"))): inserted("\x7Fx"),
			new(routertest.OversizedAt(n)):                inserted("\xF0\xFF\xFF\xFF\xFF"),
			new(routertest.ReservedAt(n)):                 inserted("\xF8"),
		} {
			if got, err := received(t, *fault); err != io.EOF || string(got) != want {
				t.Fatalf("%v: %q, error %v, want %q", fault, got, err, want)
			}
		}
	}
}

func TestReset(t *testing.T) {
	c := dial(t, serve(t, routertest.Config{Faults: []routertest.Fault{routertest.ResetAt(1)}}))
	c.send("/login")
	if words, err := c.next(); !errors.Is(err, syscall.ECONNRESET) || len(c.have) > 1 {
		t.Errorf("%q, error %v, %d bytes", words, err, len(c.have))
	}
	c = login(t, serve(t, routertest.Config{}))
	c.send("/test/reset")
	if words, err := c.next(); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("%q, error %v", words, err)
	}
}

func TestStallSendsSoMuchAndKeepsTheConnectionOpen(t *testing.T) {
	c := dial(t, serve(t, routertest.Config{Faults: []routertest.Fault{routertest.StallAt(3)}}))
	c.send("/login", "=name=admin", "=password=")
	got := make([]byte, 3)
	if _, err := io.ReadFull(c.conn, got); err != nil || string(got) != "\x05!d" {
		t.Fatalf("%q, error %v", got, err)
	}
	_ = c.conn.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
	if n, err := c.conn.Read(got); n != 0 || !errors.Is(err, syscall.ETIMEDOUT) && !strings.Contains(err.Error(), "timeout") {
		t.Errorf("%d bytes, error %v", n, err)
	}
}

func TestSplitAndDelayChangeNoByte(t *testing.T) {
	whole, _ := received(t)
	for _, size := range []int{1, 2, 7} {
		if got, err := received(t, routertest.Split(size), routertest.Delay(50*time.Microsecond)); err != io.EOF || !bytes.Equal(got, whole) {
			t.Errorf("split %d: %q, error %v", size, got, err)
		}
	}
	begin := time.Now()
	_, _ = received(t, routertest.Split(5), routertest.Delay(5*time.Millisecond))
	if took, least := time.Since(begin), time.Duration(len(whole)/5)*5*time.Millisecond; took < least {
		t.Errorf("took %v, at least %v wanted", took, least)
	}
}

func TestFaultsOfOneConnection(t *testing.T) {
	r := serve(t, routertest.Config{ConnectionFaults: func(number int) []routertest.Fault {
		if number == 2 {
			return []routertest.Fault{routertest.CloseAt(0)}
		}
		return nil
	}})
	login(t, r)
	dial(t, r).wantEnd()
	login(t, r)
}

func TestFaultsSetByCommandBeginBehindItsAnswer(t *testing.T) {
	c := login(t, serve(t, routertest.Config{}))
	c.answers(words("/test/fault =split=1 =garbage-at=0:052166756e21 =close-at=0"), "!done")
	got, err := io.ReadAll(c.conn)
	if got = append(c.have, got...); string(got) != "\x05!fun!" || err != nil {
		t.Errorf("%q, error %v", got, err)
	}
	c = login(t, serve(t, routertest.Config{}))
	c.answers(words("/test/fault =close-at=500"), "!done")
	c.answers(words("/test/fault =none="), "!done")
	if answer := c.talk("/interface/print"); len(answer) < 5 {
		t.Errorf("%q", answer)
	}
}

func TestParseFault(t *testing.T) {
	for _, text := range []string{"split=1", "delay=10ms", "login-delay=2s", "stall-at=3", "close-at=0", "reset-at=9",
		"garbage-at=7:00ff", "oversized-at=1", "reserved-at=2"} {
		if fault, err := routertest.ParseFault(text); err != nil || fault.String() != text {
			t.Errorf("%q: %v, error %v", text, fault, err)
		}
	}
	for text, want := range map[string]string{
		"explode=1":          `fault "explode=1": there is no fault named "explode"`,
		"split=0":            `fault "split=0": "0" is not a number of bytes`,
		"close-at":           `fault "close-at": "" is not a number of bytes`,
		"delay=5":            `fault "delay=5": "5" is not a duration such as 10ms`,
		"garbage-at=1:xy":    `fault "garbage-at=1:xy": "xy" are not bytes in hexadecimal for garbage-at`,
		"close-at=1:00":      `fault "close-at=1:00": "00" are not bytes in hexadecimal for garbage-at`,
		"login-delay=-1s":    `fault "login-delay=-1s": "-1s" is not a duration such as 10ms`,
		"stall-at=-1":        `fault "stall-at=-1": "-1" is not a number of bytes`,
		"oversized-at=three": `fault "oversized-at=three": "three" is not a number of bytes`,
	} {
		if _, err := routertest.ParseFault(text); err == nil || err.Error() != want {
			t.Errorf("%q: error %v, want %s", text, err, want)
		}
	}
}
