package wire_test

import (
	"fmt"

	"librouteros/core/wire"
)

func ExampleAppendSentence() {
	fmt.Printf("%q\n", wire.AppendSentence(nil, "/interface/print", "?type=ether"))
	// Output: "\x10/interface/print\v?type=ether\x00"
}

func ExampleDecoder_Decode() {
	arrived := wire.AppendSentence(nil, "!re", "=name=ether1")
	arrived = wire.AppendSentence(arrived, "!done")

	var decoder wire.Decoder
	for {
		sentence, n, err := decoder.Decode(arrived)
		arrived = arrived[n:]
		if err != nil || sentence.Len() == 0 {
			break
		}
		fmt.Printf("%q\n", sentence.Words())
	}
	// Output:
	// ["!re" "=name=ether1"]
	// ["!done"]
}
