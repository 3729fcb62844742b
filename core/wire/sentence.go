package wire

// A Span is where a word lies in the input that held its sentence: its bytes without the length
// before them.
type Span struct {
	Start  uint32
	Length uint32
}

// A Sentence is a decoded sentence as a view: it holds no bytes of its own but points into the input
// given to Decoder.Decode, and its spans belong to the decoder. It is good until that input changes
// or the decoder is called again; what is to be kept longer is copied, for example with Words.
//
// The zero Sentence has no words.
type Sentence struct {
	input []byte
	spans []Span
}

// Len returns the number of words, the word that ends the sentence not among them.
func (s Sentence) Len() int { return len(s.spans) }

// Word returns the bytes of word i, 0 being the first, without copying. It panics when there is no
// such word.
func (s Sentence) Word(i int) []byte {
	span := s.spans[i]
	end := span.Start + span.Length
	return s.input[span.Start:end:end]
}

// Spans returns where the words lie in the input, in order. The slice is the decoder's: it is only
// to be read, and only until the decoder is called again.
func (s Sentence) Spans() []Span { return s.spans }

// Value returns what follows prefix in the first word, behind the one at 0, that begins with it, and whether
// there is such a word. Prefix is not empty. The value is a view like Word's.
func (s Sentence) Value(prefix string) (value []byte, ok bool) {
	for i := 1; i < len(s.spans); i++ {
		span := s.spans[i]
		// The first byte tells nearly every other word apart, at a fraction of the cost.
		if s.input[span.Start] != prefix[0] || int(span.Length) < len(prefix) {
			continue
		}
		if word := s.Word(i); string(word[:len(prefix)]) == prefix {
			return word[len(prefix):], true
		}
	}
	return nil, false
}

// Words returns a copy of all words, which is the caller's to keep.
func (s Sentence) Words() []string {
	words := make([]string, s.Len())
	for i := range words {
		words[i] = string(s.Word(i))
	}
	return words
}
