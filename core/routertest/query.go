package routertest

import (
	"bytes"
	"cmp"
	"strconv"
	"strings"
)

// A query is a command's query words, ready to be asked about one row after the other. It is a stack
// machine: words push what they find true or false, and operators combine what was pushed. Below the
// bottom of the stack all is true; a row passes when nothing false is left.
type query struct {
	steps   []queryStep
	stack   []bool
	scratch []byte
}

type queryStep struct {
	compare byte // '+' has it, '-' has it not, '=', '<', '>', or '#' for operators
	name    string
	value   string // or the operators
}

// newQuery compiles the words, which begin with a question mark.
func newQuery(words []string) *query {
	q := &query{}
	for _, word := range words {
		q.steps = append(q.steps, parseQueryWord(word[1:]))
	}
	return q
}

func parseQueryWord(word string) queryStep {
	if operators, isOperators := strings.CutPrefix(word, "#"); isOperators {
		return queryStep{compare: '#', value: operators}
	}
	compare := byte(0)
	if word != "" && strings.IndexByte("-=<>", word[0]) >= 0 {
		compare, word = word[0], word[1:]
	}
	name, value, hasValue := strings.Cut(word, "=")
	switch {
	case compare == 0 && hasValue:
		compare = '='
	case compare == 0, compare == '=' && !hasValue:
		compare = '+'
	}
	return queryStep{compare: compare, name: name, value: value}
}

// A row answers what value a property has; scratch may be used for it.
type row interface {
	value(name string, scratch []byte) (value []byte, present bool)
}

// matches asks the query about a row.
func (q *query) matches(r row) bool {
	if len(q.steps) == 0 {
		return true
	}
	q.stack = q.stack[:0]
	for i := range q.steps {
		step := &q.steps[i]
		if step.compare == '#' {
			q.operate(step.value)
			continue
		}
		value, present := r.value(step.name, q.scratch[:0])
		if cap(value) > cap(q.scratch) {
			q.scratch = value
		}
		q.stack = append(q.stack, step.holds(value, present))
	}
	for _, value := range q.stack {
		if !value {
			return false
		}
	}
	return true
}

func (s *queryStep) holds(value []byte, present bool) bool {
	switch s.compare {
	case '+':
		return present
	case '-':
		return !present
	case '=':
		return present && string(value) == s.value
	case '<':
		return present && compare(value, s.value) < 0
	default:
		return present && compare(value, s.value) > 0
	}
}

// compare holds whole numbers against each other by value, and all else byte by byte.
func compare(a []byte, b string) int {
	x, errX := strconv.ParseInt(string(a), 10, 64)
	y, errY := strconv.ParseInt(b, 10, 64)
	if errX == nil && errY == nil {
		return cmp.Compare(x, y)
	}
	return bytes.Compare(a, []byte(b))
}

// operate carries out the operators from left to right. Digits are an index from the top, which is
// 0: before another operator it copies that value to the top; at the end of the word it leaves that
// value alone on the stack. A dot behind an index separates; elsewhere it copies the top.
func (q *query) operate(operators string) {
	for i := 0; i < len(operators); {
		index, end := 0, i
		for end < len(operators) && operators[end] >= '0' && operators[end] <= '9' {
			index = min(index*10+int(operators[end]-'0'), 1<<20)
			end++
		}
		switch {
		case end == len(operators):
			q.stack = append(q.stack[:0], q.peek(index))
			return
		case end > i:
			q.stack = append(q.stack, q.peek(index))
			if operators[end] == '.' {
				end++
			}
			i = end
			continue
		}
		q.operator(operators[i])
		i++
	}
}

func (q *query) operator(operator byte) {
	switch operator {
	case '!':
		a := q.pop()
		q.stack = append(q.stack, !a)
	case '&':
		a, b := q.pop(), q.pop()
		q.stack = append(q.stack, a && b)
	case '|':
		a, b := q.pop(), q.pop()
		q.stack = append(q.stack, a || b)
	case '.':
		q.stack = append(q.stack, q.peek(0))
	}
}

func (q *query) peek(index int) bool {
	return index >= len(q.stack) || q.stack[len(q.stack)-1-index]
}

func (q *query) pop() bool {
	top := q.peek(0)
	if len(q.stack) > 0 {
		q.stack = q.stack[:len(q.stack)-1]
	}
	return top
}
