package routertest

import (
	"fmt"
	"strings"
	"testing"
)

type mapRow map[string]string

func (m mapRow) value(name string, scratch []byte) ([]byte, bool) {
	value, present := m[name]
	return append(scratch, value...), present
}

func TestQueryWords(t *testing.T) {
	row := mapRow{"name": "ether1", "mtu": "1500", "empty": "", "range": "a=b"}
	tests := []struct {
		query string
		want  bool
	}{
		{"", true},
		{"?name", true}, {"?none", false}, {"?empty", true},
		{"?-name", false}, {"?-none", true},
		{"?name=ether1", true}, {"?name=ether2", false}, {"?none=", false}, {"?empty=", true},
		{"?=name=ether1", true}, {"?=name=ether2", false}, {"?range=a=b", true},
		{"?<mtu=1501", true}, {"?<mtu=1500", false}, {"?<mtu=900", false}, {"?<none=1", false},
		{"?>mtu=1499", true}, {"?>mtu=1500", false}, {"?>mtu=900", true}, {"?>none=1", false},
		{"?>name=ether", true}, {"?<name=ether2", true},
		{"?name ?mtu", true}, {"?name ?none", false}, {"?none ?name", false},
		{"?name=a ?name=ether1 ?#|", true}, {"?name=a ?name=b ?#|", false},
		{"?name=a ?name=ether1 ?#&", false}, {"?name ?mtu ?#&", true},
		{"?none ?#!", true}, {"?name ?#!", false},
		{"?none ?none ?#|!", true}, {"?none ?#!!", false},
	}
	for _, test := range tests {
		if got := newQuery(strings.Fields(test.query)).matches(row); got != test.want {
			t.Errorf("%q: %v, want %v", test.query, got, test.want)
		}
	}
}

// TestQueryStack follows the manual's description of the operators. The values are pushed from left
// to right, so that the last is at index 0.
func TestQueryStack(t *testing.T) {
	tests := []struct{ values, operators, want string }{
		{"TF", "", "TF"},
		{"TF", "!", "TT"},
		{"TTF", "&", "TF"}, {"TTF", "|", "TT"}, {"TFF", "|", "TF"},
		{"F", "&", "F"}, {"F", "|", "T"}, // what is below the bottom is true
		{"", "!", "F"}, {"", "&", "T"},
		{"TF", ".", "TFF"}, {"F", "!.", "TT"}, // a dot copies the top
		{"TF", "1!", "TFF"}, // index before an operator: a copy of that value
		{"TF", "0!", "TFT"},
		{"FTT", "2", "F"}, {"FTT", "0", "T"}, {"TF", "1", "T"}, // index at the end: alone
		{"F", "9", "T"},
		{"TFT", "2.2", "F"},     // the copy moves the indexes
		{"FTF", "1.2&", "FTFT"}, // copies 1 (T), then 2 (T again, as all have moved), and the and of them
		{"TF", "1.", "TFT"},     // the dot behind an index does nothing
		{"TF", "1..", "TFTT"},   // the second one copies
		{"TFFFFFFFFFF", "10!", "TFFFFFFFFFFF"},
		{"F", "x!", "T"}, // what is unknown does nothing
	}
	for _, test := range tests {
		q := newQuery(nil)
		for _, value := range test.values {
			q.stack = append(q.stack, value == 'T')
		}
		q.operate(test.operators)
		got := ""
		for _, value := range q.stack {
			got += map[bool]string{true: "T", false: "F"}[value]
		}
		if got != test.want {
			t.Errorf("%s ?#%s: %s, want %s", test.values, test.operators, got, test.want)
		}
	}
}

// TestQueryOperatorsAgreeWithLogic tries expressions of two comparisons on all rows there can be.
func TestQueryOperatorsAgreeWithLogic(t *testing.T) {
	for _, a := range []bool{false, true} {
		for _, b := range []bool{false, true} {
			row := mapRow{"a": fmt.Sprint(a), "b": fmt.Sprint(b)}
			for operators, want := range map[string]bool{
				"&": a && b, "|": a || b, "&!": !(a && b), "!|": a || !b, "|!": !(a || b),
			} {
				if got := newQuery([]string{"?a=true", "?b=true", "?#" + operators}).matches(row); got != want {
					t.Errorf("a %v b %v ?#%s: %v", a, b, operators, got)
				}
			}
		}
	}
}
