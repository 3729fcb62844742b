package routertest

import (
	"slices"
	"strconv"
	"time"

	"librouteros/core/wire"
)

// A task is a command that goes on answering. It belongs to the goroutine of its connection.
type task interface {
	// step appends sentences to dst: at least one if there is any, and then up to size bytes.
	step(dst []byte, size int) ([]byte, progress)
	// stop is called once, when the task has ended or was cancelled.
	stop()
}

// progress is what a task waits for.
type progress struct {
	state state
	due   time.Time // of a sleeping task
}

type state int

const (
	ready    state = iota // has more to say now
	sleeping              // until the time due
	waiting               // until its connection is woken
	finished              // has appended its !done
)

// rowView is a row as queries and property lists see it.
type rowView struct {
	table *table
	place int
	item  *item // nil: a row of the beginning
}

func (r rowView) value(name string, scratch []byte) ([]byte, bool) {
	if r.item != nil {
		value, present := r.item.get(name)
		return append(scratch, value...), present
	}
	column := r.table.column(name)
	if column == nil || !column.has(r.place) {
		return scratch, false
	}
	return column.append(scratch, r.place), true
}

func (i *item) appendTo(dst []byte) []byte {
	for _, a := range i.attributes {
		dst = appendAttribute(dst, a.name, a.value)
	}
	return dst
}

func appendAttribute(dst []byte, name, value string) []byte {
	start := len(dst)
	dst = append(append(append(append(append(dst, 0), '='), name...), '='), value...)
	return setLength(dst, start)
}

// appendListed appends those attributes that the property list names, in the table's order.
func (r rowView) appendListed(dst []byte, proplist []string) []byte {
	if r.item != nil {
		for _, a := range r.item.attributes {
			if slices.Contains(proplist, a.name) {
				dst = appendAttribute(dst, a.name, a.value)
			}
		}
		return dst
	}
	for i := range r.table.columns {
		column := &r.table.columns[i]
		if slices.Contains(proplist, column.name) && column.has(r.place) {
			start := len(dst)
			dst = append(append(append(append(dst, 0), '='), column.name...), '=')
			dst = setLength(column.append(dst, r.place), start)
		}
	}
	return dst
}

// printArguments are those that print and its kin take. Those without effect here change how the
// console lays rows out.
var printArguments = []string{
	"count-only", "follow", "follow-only", "interval", ".id", "numbers", "from", "detail", "stats", "brief",
	"terse", "value-list", "without-paging", "stats-detail", "show-ids", "bytes", "rates", "packets", "oid",
}

// startPrint begins a print, getall or listen.
func (r *Router) startPrint(c *command, t *table, verb string, wake func()) (task, *trap) {
	if name, found := c.unknown(printArguments...); found {
		return nil, &trap{noCategory, r.version.unknownParameter(name)}
	}
	p := &printTask{
		command: c, table: t, query: newQuery(c.queries), sendsEmpty: r.version.sendsEmpty(),
		countOnly: c.flag("count-only"), dead: r.version.dead(), section: -1,
	}
	if text, given := c.get("interval"); given {
		interval, err := r.parseDuration(text)
		if err != nil {
			return nil, &trap{categoryArgument, "invalid value for argument interval"}
		}
		p.interval, p.section = interval, 0
	}
	onlyChanges := verb == "listen" || c.flag("follow-only")
	if onlyChanges || c.flag("follow") {
		p.listener = t.listen(wake)
		p.following = onlyChanges
	}
	for _, name := range []string{".id", "numbers", "from"} {
		if ids, given := c.get(name); given {
			var failed *trap
			if p.only, failed = t.findAll(ids); failed != nil {
				p.stop()
				return nil, failed
			}
		}
	}
	if p.only == nil && len(c.queries) == 0 && p.countOnly {
		t.mutex.RLock()
		p.sent, p.place = t.live, t.end()
		t.mutex.RUnlock()
	}
	if p.only == nil && len(c.queries) == 0 && c.proplist == nil && !p.countOnly && !onlyChanges && p.section < 0 {
		p.cache = t.cached(r.config.CacheBytes)
	}
	return p, nil
}

type printTask struct {
	*command
	table      *table
	query      *query
	only       []int // places asked for; nil: all
	place      int   // where to go on
	sent       int   // rows sent, or counted
	countOnly  bool
	sendsEmpty bool
	dead       string
	interval   time.Duration // to print again after; 0: once
	section    int           // counts the prints of an interval; -1 without one
	cache      *cache        // nil: rows are made as they are sent
	listener   *listener     // nil: ends behind the last row
	following  bool          // the rows there were are sent
	head, tail []byte        // what goes around each row of the cache
}

func (p *printTask) stop() {
	if p.listener != nil {
		p.listener.close()
	}
}

func (p *printTask) step(dst []byte, size int) ([]byte, progress) {
	goal := len(dst) + size
	var more bool
	switch {
	case p.following:
		return p.follow(dst, goal)
	case p.cache != nil:
		dst, more = p.fromCache(dst, size)
	default:
		dst, more = p.fromTable(dst, goal)
	}
	switch {
	case more:
		return dst, progress{state: ready}
	case p.listener != nil:
		p.following, p.cache = true, nil
		return p.follow(dst, goal)
	case p.section >= 0:
		p.place, p.section = 0, p.section+1
		return dst, progress{state: sleeping, due: time.Now().Add(p.interval)}
	case p.countOnly:
		return p.ret(dst, strconv.Itoa(p.sent)), progress{state: finished}
	case p.sent == 0 && p.sendsEmpty:
		dst = p.sentence(dst, "!empty")
	}
	return p.done(dst), progress{state: finished}
}

// fromCache copies encoded rows, putting the reply word, tag and end around each.
func (p *printTask) fromCache(dst []byte, size int) ([]byte, bool) {
	ends := p.cache.ends
	if p.sent == len(ends) {
		return dst, false
	}
	if p.head == nil {
		p.head, p.tail = p.open(nil, "!re"), p.end(nil)
	}
	head, tail := p.head, p.tail
	until := p.cache.until(p.sent, size, len(head)+len(tail))
	from := p.cache.start(p.sent)
	for _, end := range ends[p.sent:until] {
		dst = append(dst, head...)
		dst = append(dst, p.cache.rows[from:end]...)
		dst = append(dst, tail...)
		from = end
	}
	p.sent = until
	return dst, until < len(ends)
}

// fromTable looks at rows until dst holds goal bytes, or long enough at rows that do not match.
func (p *printTask) fromTable(dst []byte, goal int) ([]byte, bool) {
	const patience = 10_000
	start := len(dst)
	p.table.mutex.RLock()
	defer p.table.mutex.RUnlock()
	end := p.table.end()
	if p.only != nil {
		end = len(p.only)
	}
	for looked := 0; p.place < end; looked++ {
		if len(dst) >= goal && len(dst) > start || looked == patience {
			return dst, true
		}
		place := p.place
		p.place++
		if p.only != nil {
			place = p.only[place]
		}
		if i, exists := p.table.at(place); exists {
			dst = p.appendRow(dst, rowView{p.table, place, i})
		}
	}
	return dst, false
}

// appendRow appends a row if it matches, or only counts it.
func (p *printTask) appendRow(dst []byte, r rowView) []byte {
	if len(p.queries) > 0 && !p.query.matches(&r) {
		return dst
	}
	p.sent++
	if p.countOnly {
		return dst
	}
	dst = p.open(dst, "!re")
	switch {
	case p.proplist != nil:
		dst = r.appendListed(dst, p.proplist)
	case r.item != nil:
		dst = r.item.appendTo(dst)
	default:
		dst = p.table.encoder.appendRow(dst, r.place)
	}
	if p.section >= 0 {
		dst = wire.AppendWord(dst, "=.section="+strconv.Itoa(p.section))
	}
	return p.end(dst)
}

// follow sends what changed since.
func (p *printTask) follow(dst []byte, goal int) ([]byte, progress) {
	for len(dst) < goal {
		changed, any := p.listener.next()
		if !any {
			return dst, progress{state: waiting}
		}
		if !changed.dead {
			dst = p.appendRow(dst, rowView{p.table, 0, changed.item})
			continue
		}
		if id, _ := changed.item.get(".id"); p.query.matches(rowView{p.table, 0, changed.item}) {
			dst = p.sentence(dst, "!re", "=.id="+id, "=.dead="+p.dead)
		}
	}
	return dst, progress{state: ready}
}
