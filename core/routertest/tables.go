package routertest

import (
	"net/netip"
	"strconv"
	"strings"
)

// schemas returns the tables that a router of this version has.
func schemas(v version) []*schema {
	return []*schema{
		interfaces(v), addresses(), routes(v), addressLists(v), leases(v), logs(v), resource(v), identity(),
	}
}

func id() column {
	return column{name: ".id", vary: func(dst []byte, row int) []byte { return appendID(dst, uint64(row)+1) }}
}

func disabled() column {
	return column{name: "disabled", fixed: "false", writable: true, initial: "false"}
}

// comment is a property that only every n-th row of the beginning has.
func comment(every int, text string) column {
	return column{name: "comment", fixed: text, writable: true, present: func(row int) bool { return row%every == 0 }}
}

// date appends a date and time as this version writes it.
func date(v version, row int) func(dst []byte) []byte {
	day, hour := strconv.Itoa(10+row%20), strconv.Itoa(10+row%14)
	if v.seven() {
		return func(dst []byte) []byte { return append(dst, "2026-11-"+day+" "+hour+":38:12"...) }
	}
	return func(dst []byte) []byte { return append(dst, "nov/"+day+"/2026 "+hour+":38:12"...) }
}

func dated(v version, name string) column {
	texts := make([]func([]byte) []byte, 140)
	for i := range texts {
		texts[i] = date(v, i)
	}
	return column{name: name, vary: func(dst []byte, row int) []byte { return texts[row%len(texts)](dst) }}
}

// counter is a number that differs from row to row, with about as many digits as start has.
func counter(name string, start, step uint64) column {
	return column{name: name, vary: func(dst []byte, row int) []byte {
		return strconv.AppendUint(dst, start+step*uint64(row), 10)
	}}
}

// number appends prefix and the row's number counted from first.
func number(prefix string, first int) func(dst []byte, row int) []byte {
	return func(dst []byte, row int) []byte {
		return strconv.AppendInt(append(dst, prefix...), int64(row+first), 10)
	}
}

const ethernetPorts = 8

// interfaceName names the ports ether1 to ether8, then a bridge, and VLANs from there on.
func interfaceName(dst []byte, row int) []byte {
	switch {
	case row < ethernetPorts:
		return number("ether", 1)(dst, row)
	case row == ethernetPorts:
		return append(dst, "bridge1"...)
	}
	return number("vlan", 0)(dst, row-ethernetPorts)
}

func interfaceType(dst []byte, row int) []byte {
	switch {
	case row < ethernetPorts:
		return append(dst, "ether"...)
	case row == ethernetPorts:
		return append(dst, "bridge"...)
	}
	return append(dst, "vlan"...)
}

func isPort(row int) bool { return row < ethernetPorts }

func interfaces(v version) *schema {
	s := &schema{path: "interface", rows: 10, keys: []string{"name"}, duplicate: "already have interface with such name"}
	s.columns = []column{
		id(),
		{name: "name", vary: interfaceName, writable: true, required: true},
		{name: "default-name", vary: interfaceName, present: isPort},
		{name: "type", vary: interfaceType},
		{name: "mtu", fixed: "1500", writable: true, check: checkNumber("mtu")},
		{name: "actual-mtu", fixed: "1500"},
		{name: "l2mtu", fixed: "1592", writable: true},
		{name: "max-l2mtu", fixed: "9578", present: isPort},
		{name: "mac-address", vary: func(dst []byte, row int) []byte { return appendMAC(dst, "48:8F:5A", row+1) }},
		dated(v, "last-link-up-time"),
		{name: "link-downs", fixed: "0"},
		counter("rx-byte", 123456789012, 7919), counter("tx-byte", 98765432109, 104729),
		counter("rx-packet", 1234567890, 13), counter("tx-packet", 987654321, 17),
	}
	if !v.seven() {
		s.columns = append(s.columns, column{name: "rx-drop", fixed: "0"}, column{name: "tx-drop", fixed: "0"})
	}
	s.columns = append(s.columns,
		column{name: "tx-queue-drop", fixed: "0"}, column{name: "rx-error", fixed: "0"}, column{name: "tx-error", fixed: "0"},
		counter("fp-rx-byte", 120456789012, 7919), counter("fp-tx-byte", 0, 0),
		counter("fp-rx-packet", 1204567890, 13), counter("fp-tx-packet", 0, 0),
		column{name: "running", fixed: "true"}, disabled(), comment(4, "uplink to the towers"),
	)
	return s
}

func addresses() *schema {
	return &schema{
		path: "ip/address", rows: 3, grows: true, onChange: completeAddress,
		keys: []string{"address", "interface"}, duplicate: "already have such address",
		columns: []column{
			id(),
			{name: "address", writable: true, required: true, check: checkAddress, vary: func(dst []byte, row int) []byte {
				return append(appendIPv4(dst, 192<<24|168<<16+uint32(row)<<8|1), "/24"...)
			}},
			{name: "network", writable: true, vary: func(dst []byte, row int) []byte {
				return appendIPv4(dst, 192<<24|168<<16+uint32(row)<<8)
			}},
			{name: "interface", vary: interfaceName, writable: true, required: true, check: checkInterface},
			{name: "actual-interface", vary: interfaceName, initial: "ether1"},
			{name: "invalid", fixed: "false", initial: "false"},
			{name: "dynamic", fixed: "false", initial: "false"},
			disabled(), comment(10, "management"),
		},
	}
}

// completeAddress derives network and actual interface from what was given.
func completeAddress(attributes []attribute) []attribute {
	values := map[string]*string{}
	for i := range attributes {
		values[attributes[i].name] = &attributes[i].value
	}
	*values["actual-interface"] = *values["interface"]
	prefix, err := netip.ParsePrefix(*values["address"])
	if err != nil {
		prefix = netip.PrefixFrom(netip.MustParseAddr(*values["address"]), 32)
		*values["address"] = prefix.String()
	}
	network := prefix.Masked().Addr().String()
	if have := values["network"]; have != nil {
		*have = network
		return attributes
	}
	made := append([]attribute{}, attributes[:2]...)
	return append(append(made, attribute{"network", network}), attributes[2:]...)
}

func routes(v version) *schema {
	s := &schema{path: "ip/route", rows: 5, grows: true}
	s.columns = []column{
		id(),
		{name: "dst-address", vary: destination, writable: true, initial: "0.0.0.0/0", check: checkAddress},
		{name: "gateway", writable: true, required: true, vary: gateway},
		{name: "immediate-gw", vary: func(dst []byte, row int) []byte { return append(gateway(dst, row), "%ether1"...) }},
		{name: "distance", fixed: "1", writable: true, initial: "1", check: checkNumber("distance")},
		{name: "scope", fixed: "30", writable: true, initial: "30"},
		{name: "target-scope", fixed: "10", writable: true, initial: "10"},
		{name: "active", fixed: "true", initial: "true"},
		{name: "dynamic", fixed: "false", initial: "false"},
		disabled(), comment(1<<30, "default"),
	}
	if !v.seven() {
		s.columns[3] = column{name: "gateway-status", vary: func(dst []byte, row int) []byte {
			return append(gateway(dst, row), " reachable via  ether1"...)
		}}
		return s
	}
	s.columns = append(s.columns[:3], append([]column{
		{name: "routing-table", fixed: "main", writable: true, initial: "main"}}, s.columns[3:]...)...)
	return s
}

// destination is the default route, and from there one /24 network after the other.
func destination(dst []byte, row int) []byte {
	if row == 0 {
		return append(dst, "0.0.0.0/0"...)
	}
	return append(appendIPv4(dst, 1<<24+uint32(row)<<8), "/24"...)
}

func gateway(dst []byte, row int) []byte {
	return append(dst, [...]string{"10.0.0.1", "10.0.1.1", "10.0.2.1", "10.0.3.1"}[row%4]...)
}

func addressLists(v version) *schema {
	return &schema{
		path: "ip/firewall/address-list", rows: 4, grows: true,
		keys: []string{"list", "address"}, duplicate: "already have such entry",
		columns: []column{
			id(),
			{name: "list", fixed: "blocked", writable: true, required: true},
			{name: "address", writable: true, required: true, vary: func(dst []byte, row int) []byte {
				return appendIPv4(dst, 10<<24+uint32(row)+1)
			}},
			dated(v, "creation-time"),
			{name: "timeout", fixed: "3d2h15m", writable: true},
			{name: "dynamic", fixed: "false", initial: "false"},
			disabled(), comment(1, "port scan, repeated"),
		},
	}
}

func leases(v version) *schema {
	mac := func(dst []byte, row int) []byte { return appendMAC(dst, "B8:27:EB", row+1) }
	client := func(dst []byte, row int) []byte { return mac(append(dst, "1:"...), row) }
	address := func(dst []byte, row int) []byte { return appendIPv4(dst, 172<<24|16<<16+uint32(row)+2) }
	return &schema{
		path: "ip/dhcp-server/lease", rows: 6, grows: true,
		keys: []string{"address", "server"}, duplicate: "already have static lease with this IP address",
		columns: []column{
			id(),
			{name: "address", vary: address, writable: true, required: true, check: checkAddress},
			{name: "mac-address", vary: mac, writable: true},
			{name: "client-id", vary: client, writable: true},
			{name: "address-lists", writable: true},
			{name: "server", fixed: "dhcp1", writable: true, initial: "all"},
			{name: "dhcp-option", writable: true},
			{name: "status", fixed: "bound", initial: "waiting"},
			{name: "expires-after", fixed: "8m46s"},
			{name: "last-seen", fixed: "1m14s", initial: "never"},
			{name: "active-address", vary: address},
			{name: "active-mac-address", vary: mac},
			{name: "active-client-id", vary: client},
			{name: "active-server", fixed: "dhcp1"},
			{name: "host-name", vary: number("workstation-", 1)},
			{name: "radius", fixed: "false", initial: "false"},
			{name: "dynamic", fixed: "true", initial: "false"},
			{name: "blocked", fixed: "false", initial: "false"},
			disabled(), comment(1<<30, "printer"),
		},
	}
}

func logs(v version) *schema {
	return &schema{path: "log", rows: 12, columns: []column{
		id(), dated(v, "time"),
		{name: "topics", fixed: "system,info", initial: "system,info"},
		{name: "message", vary: number("link status of ether1 changed, event ", 1)},
	}}
}

func identity() *schema {
	return &schema{path: "system/identity", rows: 1, single: true, columns: []column{
		{name: "name", fixed: "MikroTik", writable: true},
	}}
}

// checkNumber returns a check that a value is a whole number.
func checkNumber(name string) func(*Router, string) *trap {
	return func(_ *Router, value string) *trap {
		if _, err := strconv.ParseUint(value, 10, 32); err != nil {
			return &trap{categoryArgument, "invalid value for argument " + name}
		}
		return nil
	}
}

func checkAddress(_ *Router, value string) *trap {
	address, length, hasLength := strings.Cut(value, "/")
	if _, err := netip.ParseAddr(address); err == nil {
		if !hasLength {
			return nil
		}
		if bits, err := strconv.Atoi(length); err == nil && bits >= 0 && bits <= 32 {
			return nil
		}
	}
	return &trap{categoryArgument, "invalid value for argument address"}
}

func checkInterface(r *Router, value string) *trap {
	t := r.tables["interface"]
	t.mutex.RLock()
	defer t.mutex.RUnlock()
	if _, found := t.findBy("name", value); !found {
		return &trap{categoryArgument, "input does not match any value of interface"}
	}
	return nil
}
