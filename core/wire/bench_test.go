package wire

import "testing"

func BenchmarkAppendSentence(b *testing.B) {
	sentence, _, _ := new(Decoder).Decode(ReferenceRow())
	var words [][]byte
	for i := range sentence.Len() {
		words = append(words, sentence.Word(i))
	}
	var encoded []byte
	b.SetBytes(int64(len(ReferenceRow())))
	b.ReportAllocs()
	for b.Loop() {
		encoded = AppendSentence(encoded[:0], words...)
	}
}

// BenchmarkDecodePieces has a row arrive in pieces, the decoder asked at each.
func BenchmarkDecodePieces(b *testing.B) {
	row := ReferenceRow()
	decoder := new(Decoder)
	b.SetBytes(int64(len(row)))
	b.ReportAllocs()
	for b.Loop() {
		for end := 32; end < len(row); end += 32 {
			decoder.Decode(row[:end])
		}
		decoder.Decode(row)
	}
}
