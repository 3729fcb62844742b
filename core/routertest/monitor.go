package routertest

import (
	"strconv"
	"strings"
	"time"
)

// parseDuration reads an interval in the forms that RouterOS takes: 1, 500ms, 2s, 00:00:01. What it
// returns is real time, in which one of the router's seconds lasts as long as the config says.
func (r *Router) parseDuration(text string) (time.Duration, error) {
	var d time.Duration
	if seconds, err := strconv.ParseFloat(text, 64); err == nil {
		d = time.Duration(seconds * float64(time.Second))
	} else if parts := strings.Split(text, ":"); len(parts) == 3 {
		if d, err = time.ParseDuration(parts[0] + "h" + parts[1] + "m" + parts[2] + "s"); err != nil {
			return 0, err
		}
	} else if d, err = time.ParseDuration(text); err != nil {
		return 0, err
	}
	scale := float64(r.config.Second) / float64(time.Second)
	return max(time.Duration(float64(d)*scale), time.Microsecond), nil
}

// A ticker is a task that says something again and again.
type ticker struct {
	*command
	interval time.Duration
	count    int // how often in all; 0: until it is cancelled
	said     int
	say      func(dst []byte, time int) []byte
}

func (t *ticker) step(dst []byte, _ int) ([]byte, progress) {
	dst = t.say(dst, t.said)
	t.said++
	if t.said == t.count {
		return t.done(dst), progress{state: finished}
	}
	return dst, progress{state: sleeping, due: time.Now().Add(t.interval)}
}

func (t *ticker) stop() {}

// newTicker reads the arguments that say how often.
func (r *Router) newTicker(c *command) (*ticker, *trap) {
	t := &ticker{command: c, interval: r.config.Second}
	var err error
	if text, given := c.get("interval"); given {
		if t.interval, err = r.parseDuration(text); err != nil {
			return nil, &trap{categoryArgument, "invalid value for argument interval"}
		}
	}
	if text, given := c.get("duration"); given {
		d, err := r.parseDuration(text)
		if err != nil {
			return nil, &trap{categoryArgument, "invalid value for argument duration"}
		}
		t.count = max(int(d/t.interval), 1)
	}
	if text, given := c.get("count"); given {
		if t.count, err = strconv.Atoi(text); err != nil || t.count < 0 {
			return nil, &trap{categoryArgument, "invalid value for argument count"}
		}
	}
	if c.flag("once") {
		t.count = 1
	}
	return t, nil
}

// startMonitor begins /interface/monitor-traffic.
func (r *Router) startMonitor(c *command) (task, *trap) {
	if name, found := c.unknown("interface", "once", "interval", "duration", "numbers", ".id"); found {
		return nil, &trap{noCategory, r.version.unknownParameter(name)}
	}
	names, given := c.get("interface")
	if !given {
		return nil, &trap{noCategory, "missing value(s) of argument(s) interface"}
	}
	interfaces := strings.Split(names, ",")
	for _, name := range interfaces {
		if failed := checkInterface(r, name); failed != nil && name != "aggregate" {
			return nil, failed
		}
	}
	t, failed := r.newTicker(c)
	if failed != nil {
		return nil, failed
	}
	t.say = func(dst []byte, time int) []byte {
		for _, name := range interfaces {
			dst = c.row(dst, appendTraffic(nil, name, time, len(interfaces) > 1))
		}
		return dst
	}
	return t, nil
}

// appendTraffic appends made-up rates that change from one time to the next.
func appendTraffic(dst []byte, name string, time int, sections bool) []byte {
	dst = appendAttribute(dst, "name", name)
	for i, direction := range []string{"rx", "tx"} {
		packets := 1000 + 37*(time%100) + i
		for _, a := range []attribute{
			{direction + "-packets-per-second", strconv.Itoa(packets)},
			{direction + "-bits-per-second", strconv.Itoa(packets * 8 * 700)},
			{"fp-" + direction + "-packets-per-second", strconv.Itoa(packets)},
			{"fp-" + direction + "-bits-per-second", strconv.Itoa(packets * 8 * 700)},
			{direction + "-drops-per-second", "0"},
			{direction + "-errors-per-second", "0"},
		} {
			dst = appendAttribute(dst, a.name, a.value)
		}
	}
	dst = appendAttribute(dst, "tx-queue-drops-per-second", "0")
	if sections {
		dst = appendAttribute(dst, ".section", strconv.Itoa(time))
	}
	return dst
}

// startPing begins /ping, which without =count= never ends.
func (r *Router) startPing(c *command) (task, *trap) {
	if name, found := c.unknown("address", "count", "interval", "size", "interface", "src-address", "ttl"); found {
		return nil, &trap{noCategory, r.version.unknownParameter(name)}
	}
	host, given := c.get("address")
	if !given {
		return nil, &trap{noCategory, "missing value(s) of argument(s) address"}
	}
	t, failed := r.newTicker(c)
	if failed != nil {
		return nil, failed
	}
	t.say = func(dst []byte, time int) []byte {
		count := strconv.Itoa(time + 1)
		return c.sentence(dst, "!re", "=seq="+strconv.Itoa(time), "=host="+host, "=size=56", "=ttl=64", "=time=412us",
			"=sent="+count, "=received="+count, "=packet-loss=0", "=min-rtt=398us", "=avg-rtt=410us", "=max-rtt=431us")
	}
	return t, nil
}
