package routertest_test

import (
	"io"
	"net"
	"runtime"
	"slices"
	"testing"

	"librouteros/core/routertest"
	"librouteros/core/wire"
)

// TestRowsAreOfTheSizesThatRoutersSend holds tagged rows against those that were recorded.
func TestRowsAreOfTheSizesThatRoutersSend(t *testing.T) {
	tests := []struct {
		version, menu           string
		fewest, most, size, off int // words, and bytes with the deviation allowed
	}{
		{"6.49", "interface", 26, 29, 458, 25},
		{"7.18", "interface", 26, 27, 418, 35},
		{"7.18", "ip/address", 10, 11, 165, 15},
		{"7.18", "ip/route", 13, 14, 220, 25},
		{"7.18", "system/resource", 19, 19, 400, 20},
		{"7.18", "ip/dhcp-server/lease", 21, 22, 409, 40},
		{"7.18", "ip/firewall/address-list", 10, 10, 167, 15},
	}
	for _, test := range tests {
		c := login(t, serve(t, routertest.Config{Version: test.version, Rows: map[string]int{"interface": 8, "ip/route": 100}}))
		answer := c.talk("/"+test.menu+"/print", ".tag=7")
		bytes := 0
		for _, row := range answer[:len(answer)-1] {
			if len(row) < test.fewest || len(row) > test.most {
				t.Errorf("%s %s: %d words", test.version, test.menu, len(row))
			}
			bytes += len(wire.AppendSentence(nil, row...))
		}
		if mean := bytes / (len(answer) - 1); mean < test.size-test.off || mean > test.size+test.off {
			t.Errorf("%s %s: %d bytes a row, want about %d", test.version, test.menu, mean, test.size)
		}
	}
}

func TestCachedRowsAreTheSameAsOthers(t *testing.T) {
	// Printed before and after a change: the cache must notice.
	rows := map[string]int{"interface": 300, "ip/address": 300, "ip/route": 300, "ip/dhcp-server/lease": 300, "ip/firewall/address-list": 300}
	for _, version := range []string{"6.49", "7.18"} {
		cached := login(t, serve(t, routertest.Config{Version: version, Rows: rows}))
		plain := login(t, serve(t, routertest.Config{Version: version, Rows: rows, CacheBytes: 1}))
		for menu := range rows {
			for _, c := range []*client{cached, plain} {
				c.talk("/" + menu + "/print")
				c.talk("/"+menu+"/set", "=.id=*2,*12C", "=comment=changed")
			}
			a, b := cached.talk("/"+menu+"/print", ".tag=1"), plain.talk("/"+menu+"/print", ".tag=1", "?.id")
			if len(a) != 301 || len(b) != 301 {
				t.Fatalf("%s: %d and %d sentences", menu, len(a), len(b))
			}
			for i := range a {
				if n := slices.Index(a[i], "=comment=changed"); (n >= 0) != (i == 1 || i == 299) {
					t.Errorf("%s: %q", menu, a[i])
				}
				if x, y := wire.AppendSentence(nil, a[i]...), wire.AppendSentence(nil, b[i]...); string(x) != string(y) {
					t.Errorf("%s: %q and %q", menu, a[i], b[i])
				}
			}
		}
	}
}

func TestMillionRoutesTakeLittleMemory(t *testing.T) {
	const rows = 1_000_000
	r := serve(t, routertest.Config{Rows: map[string]int{"ip/route": rows}})
	c := login(t, r)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	c.send("/ip/route/print")
	if got := drain(t, c.conn); got < rows*150 || got > rows*250 {
		t.Errorf("%d bytes", got)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapInuse) - int64(before.HeapInuse); grown > 32<<20 {
		t.Errorf("%d MiB more in use", grown>>20)
	}
}

// drain reads up to the !done of a command without tag and returns how many bytes that were.
func drain(t testing.TB, conn net.Conn) (size int) {
	const end = "\x05!done\x00"
	buffer := make([]byte, 1<<20)
	kept := 0 // bytes at the beginning, from the last read, that the end may have begun in
	for {
		n, err := conn.Read(buffer[kept:])
		if err != nil && err != io.EOF {
			t.Fatal(err)
		}
		size += n
		n += kept
		if n >= len(end) && string(buffer[n-len(end):n]) == end {
			return size
		}
		kept = copy(buffer, buffer[max(n-len(end), 0):n])
	}
}

func BenchmarkPrint(b *testing.B) {
	tests := []struct {
		name, command string
		config        routertest.Config
	}{
		{"Cached", "/ip/route/print", routertest.Config{Rows: map[string]int{"ip/route": 200_000}}},
		{"MadeWhileSent", "/ip/route/print", routertest.Config{Rows: map[string]int{"ip/route": 200_000}, CacheBytes: 1}},
		{"Interfaces", "/interface/print", routertest.Config{Rows: map[string]int{"interface": 100_000}}},
		{"Query", "/ip/route/print", routertest.Config{Rows: map[string]int{"ip/route": 200_000}}},
		{"Reference", "/test/rows", routertest.Config{}},
	}
	for _, test := range tests {
		b.Run(test.name, func(b *testing.B) {
			c := login(b, serve(b, test.config))
			command := []string{test.command}
			switch test.name {
			case "Reference":
				command = append(command, "=count=200000")
			case "Query":
				command = append(command, "?.id")
			}
			c.send(command...)
			b.SetBytes(int64(drain(b, c.conn)))
			for b.Loop() {
				c.send(command...)
				drain(b, c.conn)
			}
		})
	}
}
