package wire

// ReferenceRow returns the row that figures are given for: 19 words, 332 bytes on the wire, in the
// shape of a row of /interface/print.
func ReferenceRow() []byte {
	return AppendSentence(nil,
		"!re", ".tag=7", "=.id=*1", "=name=ether1", "=default-name=ether1", "=type=ether", "=mtu=1500",
		"=actual-mtu=1500", "=l2mtu=1592", "=max-l2mtu=9578", "=mac-address=48:8F:5A:00:00:01",
		"=last-link-up-time=nov/23/2026 15:38:12", "=link-downs=0", "=rx-byte=123456789012",
		"=tx-byte=98765432109", "=rx-packet=1234567890", "=running=true", "=disabled=false",
		"=comment=uplink to the towers,")
}
