package routertest

import (
	"slices"
	"strings"
)

// findAll returns the places of rows given by their .id or name, with commas between them.
func (t *table) findAll(ids string) ([]int, *trap) {
	t.mutex.RLock()
	defer t.mutex.RUnlock()
	places := []int{}
	for id := range strings.SplitSeq(ids, ",") {
		place, found := t.find(id)
		if !found {
			return nil, noSuchItem()
		}
		places = append(places, place)
	}
	return places, nil
}

// targets returns the places of the rows that a command names in =.id= or =numbers=.
func (t *table) targets(c *command) ([]int, *trap) {
	if t.single {
		return []int{0}, nil
	}
	for _, name := range []string{".id", "numbers"} {
		if ids, given := c.get(name); given {
			return t.findAll(ids)
		}
	}
	return nil, &trap{noCategory, "missing =.id="}
}

// judge checks what a client wants to give rows.
func (r *Router) judge(t *table, given []attribute) *trap {
	for _, a := range given {
		column := t.column(a.name)
		if column == nil || !column.writable {
			return &trap{noCategory, r.version.unknownParameter(a.name)}
		}
		if column.check != nil {
			if failed := column.check(r, a.value); failed != nil {
				return failed
			}
		}
	}
	return nil
}

// normal writes truth the way rows have it.
func normal(t *table, a attribute) attribute {
	if column := t.column(a.name); column.initial == "false" || column.initial == "true" {
		switch a.value {
		case "yes":
			a.value = "true"
		case "no":
			a.value = "false"
		}
	}
	return a
}

// add carries out an add and returns the new item's id.
func (r *Router) add(t *table, given []attribute) (id string, failed *trap) {
	if failed := r.judge(t, given); failed != nil {
		return "", failed
	}
	values := map[string]string{}
	for _, a := range given {
		values[a.name] = normal(t, a).value
	}
	made := &item{}
	for i := range t.columns {
		column := &t.columns[i]
		value, isGiven := values[column.name]
		switch {
		case !isGiven && column.required:
			return "", &trap{noCategory, "missing value(s) of argument(s) " + column.name}
		case !isGiven:
			value = column.initial
		}
		if column.name == ".id" || value != "" {
			made.attributes = append(made.attributes, attribute{column.name, value})
		}
	}
	return r.insert(t, made)
}

// insert gives an item its number and puts it behind the last row.
func (r *Router) insert(t *table, made *item) (id string, failed *trap) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if failed := t.claim(made, nil); failed != nil {
		return "", failed
	}
	made.number = uint64(t.end()) + 1
	id = string(appendID(nil, made.number))
	made.attributes[0].value = id
	t.put(t.end(), made)
	return id, nil
}

// claim derives what follows from an item's attributes and sees to it that its key is no other's.
func (t *table) claim(made, old *item) *trap {
	if t.onChange != nil {
		made.attributes = t.onChange(made.attributes)
	}
	if len(t.schema.keys) == 0 {
		return nil
	}
	t.collectKeys()
	key := t.key(made)
	if old != nil && t.key(old) == key {
		return nil
	}
	if _, taken := t.keys[key]; taken {
		return failure(t.duplicate)
	}
	if old != nil {
		delete(t.keys, t.key(old))
	}
	t.keys[key] = struct{}{}
	return nil
}

// set gives the rows at these places new values. An empty value takes a property without initial
// value away.
func (r *Router) set(t *table, places []int, given []attribute) *trap {
	if failed := r.judge(t, given); failed != nil {
		return failed
	}
	t.mutex.Lock()
	defer t.mutex.Unlock()
	for _, place := range places {
		old := t.materialise(place)
		if old == nil {
			return noSuchItem()
		}
		made := &item{number: old.number, attributes: slices.Clone(old.attributes)}
		for _, a := range given {
			made.attributes = t.assign(made.attributes, normal(t, a))
		}
		if failed := t.claim(made, old); failed != nil {
			return failed
		}
		t.put(place, made)
	}
	return nil
}

// assign replaces, inserts or takes away one attribute, keeping the order of the columns.
func (t *table) assign(attributes []attribute, given attribute) []attribute {
	i := slices.IndexFunc(attributes, func(a attribute) bool { return a.name == given.name })
	column := t.column(given.name)
	switch {
	case i >= 0 && given.value == "" && column.initial == "" && !column.required:
		return slices.Delete(attributes, i, i+1)
	case i >= 0:
		attributes[i].value = given.value
		return attributes
	case given.value == "":
		return attributes
	}
	at := 0
	for c := range t.columns {
		if t.columns[c].name == given.name {
			break
		}
		if at < len(attributes) && attributes[at].name == t.columns[c].name {
			at++
		}
	}
	return slices.Insert(attributes, at, given)
}

// removeAll takes the rows at these places away.
func (t *table) removeAll(places []int) *trap {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.collectKeys()
	for _, place := range places {
		if _, exists := t.at(place); !exists {
			return noSuchItem()
		}
		t.remove(place)
	}
	return nil
}

// getValue answers get: one value, or all of a row's attributes in one text.
func (t *table) getValue(place int, name string) (string, *trap) {
	t.mutex.RLock()
	defer t.mutex.RUnlock()
	i := t.materialise(place)
	if i == nil {
		return "", noSuchItem()
	}
	if name != "" {
		value, present := i.get(name)
		if !present && t.column(name) == nil {
			return "", &trap{categoryArgument, "input does not match any value of value-name"}
		}
		return value, nil
	}
	parts := make([]string, len(i.attributes))
	for n, a := range i.attributes {
		parts[n] = a.name + "=" + a.value
	}
	return strings.Join(parts, ";"), nil
}
