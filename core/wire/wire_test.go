package wire

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// lengths maps a length to its prefix, at both ends of each form in the manual's table.
var lengths = []struct {
	length uint32
	prefix []byte
}{
	{1, []byte{0x01}},
	{0x7F, []byte{0x7F}},
	{0x80, []byte{0x80, 0x80}},
	{0x3FFF, []byte{0xBF, 0xFF}},
	{0x4000, []byte{0xC0, 0x40, 0x00}},
	{0x1FFFFF, []byte{0xDF, 0xFF, 0xFF}},
	{0x200000, []byte{0xE0, 0x20, 0x00, 0x00}},
	{0xFFFFFFF, []byte{0xEF, 0xFF, 0xFF, 0xFF}},
	{0x10000000, []byte{0xF0, 0x10, 0x00, 0x00, 0x00}},
	{0xFFFFFFFF, []byte{0xF0, 0xFF, 0xFF, 0xFF, 0xFF}},
}

func TestLengthsTakeTheShortestForm(t *testing.T) {
	for _, test := range lengths {
		if got := AppendLength(nil, test.length); !bytes.Equal(got, test.prefix) {
			t.Errorf("length %#x: prefix % X, want % X", test.length, got, test.prefix)
		}
		if got := LengthSize(test.length); got != len(test.prefix) {
			t.Errorf("length %#x: size %d, want %d", test.length, got, len(test.prefix))
		}
	}
}

func TestPrefixesAreReadBack(t *testing.T) {
	for _, test := range lengths {
		if size, length := prefix(test.prefix); size != len(test.prefix) || length != test.length {
			t.Errorf("prefix % X: %d bytes, length %#x, want %d, %#x", test.prefix, size, length, len(test.prefix), test.length)
		}
		for short := 1; short < len(test.prefix); short++ {
			if size, _ := prefix(test.prefix[:short]); size != 0 {
				t.Errorf("prefix % X cut to %d bytes: taken for whole", test.prefix, short)
			}
		}
	}
}

func TestLongerFormThanNeededIsUnderstood(t *testing.T) {
	input := append([]byte{0xF0, 0, 0, 0, 3}, "abc\x00"...)
	sentence, n, err := new(Decoder).Decode(input)
	if err != nil || n != len(input) || sentence.Len() != 1 || string(sentence.Word(0)) != "abc" {
		t.Errorf("got %q, %d consumed, error %v", sentence.Words(), n, err)
	}
}

// decodeAll feeds input to a new decoder in pieces that end where ends says, and returns all words.
func decodeAll(t *testing.T, input []byte, pieces func(rest int) int) [][]string {
	t.Helper()
	decoder := new(Decoder)
	var sentences [][]string
	var have []byte
	for len(input) > 0 {
		piece := pieces(len(input))
		have, input = append(have, input[:piece]...), input[piece:]
		for {
			sentence, n, err := decoder.Decode(have)
			if err != nil {
				t.Fatal(err)
			}
			words := sentence.Words()
			have = have[n:]
			if len(words) == 0 {
				break
			}
			sentences = append(sentences, words)
		}
	}
	if len(have) != 0 {
		t.Errorf("%d bytes left over", len(have))
	}
	return sentences
}

func equal(a, b [][]string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if strings.Join(a[i], "\xFF") != strings.Join(b[i], "\xFF") {
			return false
		}
	}
	return true
}

func TestAnySplitGivesTheSameSentences(t *testing.T) {
	want := [][]string{
		{"!re", "=name=ether1", "=comment=" + strings.Repeat("x", 200)},
		{"!done"},
		{"!trap", "=message=nul \x00 and\r\nlines"},
		{"!re", strings.Repeat("y", 0x4000), "=b="},
	}
	var input []byte
	for i, words := range want {
		input = append(AppendSentence(input, words...), make([]byte, i)...)
	}
	for step := 1; step <= 300; step++ {
		got := decodeAll(t, input, func(rest int) int { return min(step, rest) })
		if !equal(got, want) {
			t.Fatalf("in pieces of %d bytes: other sentences", step)
		}
	}
	for cut := 1; cut < len(input); cut++ {
		first := true
		got := decodeAll(t, input, func(rest int) int {
			if first {
				first = false
				return cut
			}
			return rest
		})
		if !equal(got, want) {
			t.Fatalf("cut after %d bytes: other sentences", cut)
		}
	}
}

func TestEmptySentencesAreConsumedAndIgnored(t *testing.T) {
	decoder := new(Decoder)
	sentence, n, err := decoder.Decode(make([]byte, 1_000_000))
	if sentence.Len() != 0 || n != 1_000_000 || err != nil {
		t.Errorf("%d words, %d consumed, error %v", sentence.Len(), n, err)
	}
	sentence, n, err = decoder.Decode([]byte("\x00\x00\x03!re\x00"))
	if sentence.Len() != 1 || n != 7 || err != nil {
		t.Errorf("after them: %d words, %d consumed, error %v", sentence.Len(), n, err)
	}
}

func TestReservedLengthBytesAreAnError(t *testing.T) {
	for first := 0xF1; first <= 0xFF; first++ {
		var decoder Decoder
		_, _, err := decoder.Decode([]byte{3, '!', 'r', 'e', byte(first)})
		var reserved *ReservedError
		if !errors.As(err, &reserved) || reserved.Byte != byte(first) || !errors.Is(err, ErrReserved) {
			t.Errorf("byte %#x: error %v", first, err)
		}
		if _, _, again := decoder.Decode([]byte{0}); again != err {
			t.Errorf("byte %#x: the error does not last: %v", first, again)
		}
	}
}

func TestLimits(t *testing.T) {
	tests := []struct {
		name   string
		limits Limits
		input  []byte
		want   string // "" when it is within the limits
	}{
		{"word at its limit", Limits{Word: 5}, AppendSentence(nil, "12345"), ""},
		{"word over its limit", Limits{Word: 5}, AppendLength(nil, 6), "word of 6 bytes is over the limit of 5"},
		{"announced four gigabytes", Limits{}, AppendLength(nil, MaxWord), "word of 4294967295 bytes is over the limit of 536870912"},
		{"words at their limit", Limits{Words: 2}, AppendSentence(nil, "a", "b"), ""},
		{"words over their limit", Limits{Words: 2}, AppendSentence(nil, "a", "b", "c"), "sentence of 3 words is over the limit of 2"},
		{"sentence at its limit", Limits{Sentence: 7}, AppendSentence(nil, "ab", "cd"), ""},
		{"sentence over its limit", Limits{Sentence: 6}, AppendSentence(nil, "ab", "cd"), "sentence of 7 bytes is over the limit of 6"},
		{"empty sentences do not count", Limits{Sentence: 4}, append(make([]byte, 9), AppendSentence(nil, "ab")...), ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := NewDecoder(test.limits).Decode(test.input)
			if test.want == "" && err != nil {
				t.Errorf("error %v", err)
			}
			if test.want != "" && (err == nil || err.Error() != test.want || !errors.Is(err, ErrLimit)) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}

func TestNothingIsAllocatedForWhatIsOnlyAnnounced(t *testing.T) {
	announced := AppendLength(nil, DefaultMaxSentence-100)
	decoder := new(Decoder)
	if n := testing.AllocsPerRun(100, func() { decoder.Decode(announced) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestDecodingRowsDoesNotAllocate(t *testing.T) {
	row := ReferenceRow()
	decoder := new(Decoder)
	if n := testing.AllocsPerRun(100, func() { decoder.Decode(row) }); n != 0 {
		t.Errorf("%v allocations a row", n)
	}
}

func TestLongAndShortSentencesByTurnsDoNotMakeGarbage(t *testing.T) {
	var long []string
	for i := range 3000 {
		long = append(long, strings.Repeat("x", 1+i%5))
	}
	input := AppendSentence(AppendSentence(nil, long...), "!done")
	decoder := new(Decoder)
	n := testing.AllocsPerRun(100, func() {
		first, n, _ := decoder.Decode(input)
		if got := first.Len(); got != len(long) || string(first.Word(got-1)) != long[got-1] {
			t.Errorf("%d words", got)
		}
		if second, _, _ := decoder.Decode(input[n:]); second.Len() != 1 {
			t.Errorf("then %d words", second.Len())
		}
	})
	// The pool may be emptied by a collection meanwhile, and keeps nothing at times under the race detector.
	if n >= 3 {
		t.Errorf("%v allocations", n)
	}
}

func TestValueFindsTheFirstWordWithThePrefix(t *testing.T) {
	sentence, _, _ := new(Decoder).Decode(AppendSentence(nil, ".tag=no", "=", "=a", "=a=", ".tag=1", "=a=2", ".tag=3", "=b=c=d"))
	for prefix, want := range map[string]string{".tag=": "1", "=a=": "", "=b=": "c=d", "=": "", "x": "none", ".tag=11": "none"} {
		got := "none"
		if value, ok := sentence.Value(prefix); ok {
			got = string(value)
		}
		if got != want {
			t.Errorf("prefix %q: %q, want %q", prefix, got, want)
		}
	}
}

func TestCheckWord(t *testing.T) {
	if err := CheckWord(0); !errors.Is(err, ErrEmptyWord) {
		t.Errorf("empty word: %v", err)
	}
	if err := CheckWord(MaxWord + 1); !errors.Is(err, ErrLimit) {
		t.Errorf("word too long: %v", err)
	}
	if err := CheckWord(MaxWord); err != nil {
		t.Errorf("longest word: %v", err)
	}
}

func BenchmarkDecodeRows(b *testing.B) {
	row := ReferenceRow()
	chunk := bytes.Repeat(row, 64<<10/len(row))
	decoder := new(Decoder)
	b.SetBytes(int64(len(row)))
	b.ReportAllocs()
	rest := chunk
	for b.Loop() {
		_, n, _ := decoder.Decode(rest)
		if rest = rest[n:]; len(rest) == 0 {
			rest = chunk
		}
	}
}

func TestReferenceRowIsWhatFiguresSayItIs(t *testing.T) {
	row := ReferenceRow()
	sentence, _, _ := new(Decoder).Decode(row)
	if len(row) != 332 || sentence.Len() != 19 {
		t.Errorf("%d bytes, %d words", len(row), sentence.Len())
	}
}
