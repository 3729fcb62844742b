package routertest

import (
	"slices"
	"strings"

	"librouteros/core/wire"
)

// A command is a sentence from a client, taken apart.
type command struct {
	path       string // as it came: /ip/address/print
	attributes []attribute
	queries    []string // with their question mark
	proplist   []string // nil: all properties
	tag        string
	words      []string
	replier
}

// An attribute is one property of a row or one argument of a command.
type attribute struct {
	name, value string
}

// word returns the attribute as it goes over the wire.
func (a attribute) word() string { return "=" + a.name + "=" + a.value }

// parseCommand copies what it keeps. The tag is echoed as it came, and may stand anywhere.
func parseCommand(sentence wire.Sentence, tagLast bool) *command {
	parsed := &command{words: sentence.Words(), replier: replier{tagLast: tagLast}}
	parsed.path = parsed.words[0]
	for _, word := range parsed.words[1:] {
		switch {
		case strings.HasPrefix(word, ".tag="):
			parsed.tag = word[len(".tag="):]
			parsed.replier.tag = wire.AppendWord(nil, word)
		case strings.HasPrefix(word, "?"):
			parsed.queries = append(parsed.queries, word)
		case strings.HasPrefix(word, "="):
			name, value, _ := strings.Cut(word[1:], "=")
			if name == ".proplist" {
				parsed.proplist = strings.FieldsFunc(value, func(r rune) bool { return r == ',' })
				continue
			}
			parsed.attributes = append(parsed.attributes, attribute{name, value})
		}
	}
	return parsed
}

// get returns the value of the first attribute of this name.
func (c *command) get(name string) (value string, present bool) {
	for _, a := range c.attributes {
		if a.name == name {
			return a.value, true
		}
	}
	return "", false
}

// flag reports whether an argument without value, such as =once=, was given and not negated.
func (c *command) flag(name string) bool {
	value, present := c.get(name)
	return present && value != "no" && value != "false"
}

// unknown returns the name of the first attribute that is not among those known.
func (c *command) unknown(known ...string) (name string, found bool) {
	for _, a := range c.attributes {
		if !slices.Contains(known, a.name) {
			return a.name, true
		}
	}
	return "", false
}

// menuAndVerb splits the path: /ip/address/print is ip/address and print.
func (c *command) menuAndVerb() (menu, verb string) {
	path := strings.TrimPrefix(c.path, "/")
	if i := strings.LastIndexByte(path, '/'); i >= 0 {
		return path[:i], path[i+1:]
	}
	return "", path
}
