package routertest

import (
	"hash/maphash"
	"strconv"
	"strings"
	"sync"
)

// A table is one menu's rows. Those of the beginning are not stored but made when asked for, so that
// a million of them cost nothing; what clients changed or added is kept beside them.
type table struct {
	*schema
	encoder encoder

	mutex     sync.RWMutex
	beginning int            // rows of the beginning: their places are 0 to beginning-1
	changed   map[int]*item  // rows of the beginning that were set; nil: removed
	added     []*item        // at the places from beginning on; nil: removed
	places    map[uint64]int // of added items by number
	live      int            // rows there are
	changes   uint64         // counts every change
	keys      map[uint64]struct{}
	seed      maphash.Seed
	listeners map[*listener]struct{}
	cache     cache
}

// An item is a row that a client added or changed. It is never changed but replaced, so that who
// holds one may read it without a lock. The .id is its first attribute, except in single tables.
type item struct {
	number     uint64
	attributes []attribute
}

func (i *item) get(name string) (string, bool) {
	for _, a := range i.attributes {
		if a.name == name {
			return a.value, true
		}
	}
	return "", false
}

func newTable(s *schema, rows int) *table {
	return &table{
		schema: s, encoder: newEncoder(s), beginning: rows, live: rows,
		changed: map[int]*item{}, places: map[uint64]int{}, seed: maphash.MakeSeed(),
		listeners: map[*listener]struct{}{},
	}
}

// end returns the place behind the last row. The caller holds the lock, as for all that follows.
func (t *table) end() int { return t.beginning + len(t.added) }

// at returns the row at a place: an item, or nil for a row of the beginning as it was.
func (t *table) at(place int) (i *item, exists bool) {
	if place >= t.beginning {
		i = t.added[place-t.beginning]
		return i, i != nil
	}
	if len(t.changed) > 0 {
		if i, touched := t.changed[place]; touched {
			return i, i != nil
		}
	}
	return nil, true
}

// materialise returns the row at a place as an item, or nil when there is none.
func (t *table) materialise(place int) *item {
	if i, exists := t.at(place); i != nil || !exists {
		return i
	}
	made := &item{number: uint64(place) + 1}
	for c := range t.columns {
		if column := &t.columns[c]; column.has(place) {
			made.attributes = append(made.attributes, attribute{column.name, string(column.append(nil, place))})
		}
	}
	return made
}

// find returns the place of the row with this .id, or, where rows have names, of this name.
func (t *table) find(id string) (place int, found bool) {
	if hex, isID := strings.CutPrefix(id, "*"); isID {
		number, err := strconv.ParseUint(hex, 16, 64)
		if err != nil || number == 0 {
			return 0, false
		}
		if number <= uint64(t.beginning) {
			_, exists := t.at(int(number) - 1)
			return int(number) - 1, exists
		}
		place, found = t.places[number]
		return place, found
	}
	if t.column("name") == nil {
		return 0, false
	}
	return t.findBy("name", id)
}

// findBy looks through the whole table.
func (t *table) findBy(name, value string) (place int, found bool) {
	column := t.column(name)
	var scratch []byte
	for place := range t.end() {
		i, exists := t.at(place)
		if i != nil {
			if have, _ := i.get(name); have == value {
				return place, true
			}
		} else if exists && column.has(place) {
			scratch = column.append(scratch[:0], place)
			if string(scratch) == value {
				return place, true
			}
		}
	}
	return 0, false
}

// put stores an item at its place, or behind the last when place is end, and tells the listeners.
func (t *table) put(place int, i *item) {
	t.changes++
	switch {
	case place == t.end():
		t.added = append(t.added, i)
		t.places[i.number] = place
		t.live++
	case place >= t.beginning:
		t.added[place-t.beginning] = i
	default:
		t.changed[place] = i
	}
	t.tell(change{item: i})
}

// remove takes the row at a place away and tells the listeners.
func (t *table) remove(place int) {
	gone := t.materialise(place)
	t.changes++
	t.live--
	if place >= t.beginning {
		t.added[place-t.beginning] = nil
		delete(t.places, gone.number)
	} else {
		t.changed[place] = nil
	}
	t.dropKey(gone)
	t.tell(change{item: gone, dead: true})
}

// key hashes the columns that may occur once. Two rows of one hash are taken for the same.
func (t *table) key(i *item) uint64 {
	var hash maphash.Hash
	hash.SetSeed(t.seed)
	for _, name := range t.schema.keys {
		value, _ := i.get(name)
		_, _ = hash.WriteString(value)
		_ = hash.WriteByte(0)
	}
	return hash.Sum64()
}

// collectKeys hashes all rows there are, when the first change needs it.
func (t *table) collectKeys() {
	if t.keys != nil || len(t.schema.keys) == 0 {
		return
	}
	t.keys = make(map[uint64]struct{}, t.live)
	for place := range t.end() {
		if i := t.materialise(place); i != nil {
			t.keys[t.key(i)] = struct{}{}
		}
	}
}

func (t *table) dropKey(i *item) {
	if t.keys != nil {
		delete(t.keys, t.key(i))
	}
}
