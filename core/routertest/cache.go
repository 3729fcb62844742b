package routertest

import (
	"slices"
	"sort"
)

// A cache is a table's rows encoded, ready to be copied to a client.
type cache struct {
	rows    []byte // the attributes of all rows, one after the other
	ends    []int  // where each row ends
	changes uint64 // of the table when it was made
	valid   bool
}

// estimatedRow is how many bytes a row counts for before any was encoded.
const estimatedRow = 256

// cached returns the table's cache, made anew when the table changed, or nil when the table is too
// large to be held in memory as bytes. The cache returned is not changed any more.
func (t *table) cached(limit int) *cache {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.live*estimatedRow > limit {
		t.cache = cache{}
		return nil
	}
	if !t.cache.valid || t.cache.changes != t.changes {
		made := cache{ends: make([]int, 0, t.live), changes: t.changes, valid: true}
		for place := range t.end() {
			if len(made.ends) == 1 {
				made.rows = slices.Grow(made.rows, t.live*(len(made.rows)+8)) // in one piece, most likely
			}
			var exists bool
			if made.rows, exists = t.appendRow(made.rows, place); exists {
				made.ends = append(made.ends, len(made.rows))
			}
		}
		t.cache = made
	}
	current := t.cache
	return &current
}

// appendRow appends the attributes of the row at a place, if there is one. The caller holds the lock.
func (t *table) appendRow(dst []byte, place int) ([]byte, bool) {
	i, exists := t.at(place)
	switch {
	case !exists:
		return dst, false
	case i == nil:
		return t.encoder.appendRow(dst, place), true
	}
	return i.appendTo(dst), true
}

// start returns where row begins.
func (c *cache) start(row int) int {
	if row == 0 {
		return 0
	}
	return c.ends[row-1]
}

// until returns the row behind those that fit, at least one, when size bytes are to be taken from
// row on and each takes overhead bytes besides its own.
func (c *cache) until(row, size, overhead int) int {
	from := c.start(row)
	fit := sort.Search(len(c.ends)-row, func(n int) bool {
		return c.ends[row+n]-from+(n+1)*overhead > size
	})
	return min(row+max(fit, 1), len(c.ends))
}
