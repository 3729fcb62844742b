package routertest

import (
	"strings"
)

// start carries out a command that came. It appends the whole answer to dst, or what can be said at
// once when the command goes on.
func (c *connection) start(dst []byte, parsed *command) []byte {
	c.router.count(func(n *Counters) { n.Commands++ })
	switch {
	case parsed.path == "/login":
		return c.login(dst, parsed)
	case !c.loggedIn:
		c.closing = true
		return fatal(dst, "not logged in")
	case parsed.path == "/quit":
		c.closing = true
		return fatal(dst, "session terminated on request")
	case parsed.path == "/cancel":
		return c.cancel(dst, parsed)
	}
	menu, verb := parsed.menuAndVerb()
	if menu == testMenu {
		return c.test(dst, parsed, verb)
	}
	if answer, t, known := c.special(dst, parsed); known {
		if t != nil {
			return c.run(answer, parsed, t)
		}
		return answer
	}
	t, known := c.router.tables[menu]
	if !known {
		return parsed.failed(dst, c.router.noSuchCommand(menu))
	}
	return c.menu(dst, parsed, t, verb)
}

// special carries out the commands that are not those of a table.
func (c *connection) special(dst []byte, parsed *command) (answer []byte, t task, known bool) {
	var failed *trap
	switch parsed.path {
	case "/interface/monitor-traffic":
		t, failed = c.router.startMonitor(parsed)
	case "/ping", "/tool/ping":
		t, failed = c.router.startPing(parsed)
	case "/system/reboot", "/system/shutdown":
		t = &silent{}
	case "/log/info", "/log/warning", "/log/error", "/log/debug":
		message, _ := parsed.get("message")
		c.router.log("script,"+strings.TrimPrefix(parsed.path, "/log/"), message)
		return parsed.done(dst), nil, true
	default:
		return dst, nil, false
	}
	if failed != nil {
		return parsed.failed(dst, failed), nil, true
	}
	return dst, t, true
}

// silent is a task that never says anything, as a reboot may not.
type silent struct{}

func (silent) step(dst []byte, _ int) ([]byte, progress) { return dst, progress{state: waiting} }
func (silent) stop()                                     {}

// noSuchCommand tells a wrong verb of a menu there is from a wrong menu.
func (r *Router) noSuchCommand(menu string) *trap {
	for path := range r.tables {
		if path == menu || strings.HasPrefix(path, menu+"/") {
			return &trap{categoryMissing, "no such command"}
		}
	}
	return &trap{categoryMissing, "no such command prefix"}
}

// menu carries out a table's verb.
func (c *connection) menu(dst []byte, parsed *command, t *table, verb string) []byte {
	switch {
	case verb == "print" || verb == "getall" || verb == "listen":
		printing, failed := c.router.startPrint(parsed, t, verb, c.wake)
		if failed != nil {
			return parsed.failed(dst, failed)
		}
		return c.run(dst, parsed, printing)
	case verb == "add" && t.grows:
		id, failed := c.router.add(t, parsed.attributes)
		if failed != nil {
			return parsed.failed(dst, failed)
		}
		return parsed.ret(dst, id)
	case verb == "get":
		return c.get(dst, parsed, t)
	}
	if failed := c.change(parsed, t, verb); failed != nil {
		return parsed.failed(dst, failed)
	}
	return parsed.done(dst)
}

// change carries out the verbs that answer nothing but !done.
func (c *connection) change(parsed *command, t *table, verb string) *trap {
	var given []attribute
	switch {
	case verb == "set" && t.writable():
		for _, a := range parsed.attributes {
			if a.name != ".id" && a.name != "numbers" {
				given = append(given, a)
			}
		}
	case verb == "unset" && t.writable():
		name, _ := parsed.get("value-name")
		given = []attribute{{name, ""}}
	case (verb == "enable" || verb == "disable") && t.column("disabled") != nil:
		given = []attribute{{"disabled", map[string]string{"enable": "no", "disable": "yes"}[verb]}}
	case verb == "comment" && t.column("comment") != nil:
		text, _ := parsed.get("comment")
		given = []attribute{{"comment", text}}
	case verb == "remove" && t.grows:
	default:
		return c.router.noSuchCommand(t.path)
	}
	places, failed := t.targets(parsed)
	switch {
	case failed != nil:
		return failed
	case verb == "remove":
		return t.removeAll(places)
	}
	return c.router.set(t, places, given)
}

func (c *connection) get(dst []byte, parsed *command, t *table) []byte {
	places, failed := t.targets(parsed)
	if failed != nil {
		return parsed.failed(dst, failed)
	}
	name, _ := parsed.get("value-name")
	value, failed := t.getValue(places[0], name)
	if failed != nil {
		return parsed.failed(dst, failed)
	}
	return parsed.ret(dst, value)
}

// cancel ends one command, or all. Each cancelled command gets its trap, then the cancel its !done,
// then each cancelled command its own.
func (c *connection) cancel(dst []byte, parsed *command) []byte {
	tag, given := parsed.get("tag")
	var ended, rest []*running
	for _, r := range c.running {
		if !given || r.tag == tag {
			ended = append(ended, r)
			r.task.stop()
			dst = r.trap(dst, &trap{categoryInterrupted, "interrupted"})
		} else {
			rest = append(rest, r)
		}
	}
	dst = parsed.done(dst)
	for _, r := range ended {
		dst = r.done(dst)
	}
	c.running = rest
	c.router.count(func(n *Counters) { n.Running -= len(ended); n.Cancelled += len(ended) })
	return dst
}
