package routertest_test

import (
	"slices"
	"strings"
	"testing"

	"librouteros/core/routertest"
)

func TestPrint(t *testing.T) {
	r := serve(t, routertest.Config{Rows: map[string]int{"ip/address": 2, "ip/route": 0, "/ip/firewall/address-list/": 40}})
	c := login(t, r)
	c.answers(words("/ip/address/print .tag=a"),
		"!re .tag=a =.id=*1 =address=192.168.0.1/24 =network=192.168.0.0 =interface=ether1 =actual-interface=ether1 =invalid=false =dynamic=false =disabled=false =comment=management",
		"!re .tag=a =.id=*2 =address=192.168.1.1/24 =network=192.168.1.0 =interface=ether2 =actual-interface=ether2 =invalid=false =dynamic=false =disabled=false",
		"!done .tag=a")
	c.answers(words("/ip/address/print =.proplist=interface,.id,comment"),
		"!re =.id=*1 =interface=ether1 =comment=management", "!re =.id=*2 =interface=ether2", "!done")
	c.answers(words("/ip/address/getall =.proplist=comment ?interface=ether2"), "!re", "!done")
	c.answers(words("/ip/address/print =.id=*2 =.proplist=.id"), "!re =.id=*2", "!done")
	c.answers(words("/ip/firewall/address-list/print =count-only="), "!done =ret=40")
	c.answers(words("/ip/firewall/address-list/print =count-only= ?>address=10.0.0.5"), "!done =ret=4")
	c.answers(words("/system/identity/print"), "!re =name=MikroTik", "!done")
}

func TestNothingFoundIsSaidByVersion(t *testing.T) {
	for version, want := range map[string][]string{"6.49": {"!done"}, "7.17": {"!done"}, "7.18": {"!empty", "!done"}, "7.20.1": {"!empty", "!done"}} {
		c := login(t, serve(t, routertest.Config{Version: version, Rows: map[string]int{"ip/route": 0}}))
		c.answers(words("/ip/route/print"), want...)
		c.answers(words("/interface/print ?name=none"), want...)
		c.answers(words("/ip/route/print =count-only="), "!done =ret=0")
	}
}

func TestTagMayStandAnywhereAndComeLast(t *testing.T) {
	c := login(t, serve(t, routertest.Config{TagLast: true}))
	c.answers(words("/system/identity/print .tag=x=y =.proplist=name"), "!re =name=MikroTik .tag=x=y", "!done .tag=x=y")
	c.answers(words("/nowhere/print .tag="), "!trap =category=0 =message=no such command prefix .tag=", "!done .tag=")
}

func TestAddSetRemove(t *testing.T) {
	c := login(t, serve(t, routertest.Config{Rows: map[string]int{"ip/address": 1}}))
	print := words("/ip/address/print =.id=*2 =.proplist=address,network,interface,disabled,comment")
	c.answers(words("/ip/address/add =address=10.1.2.3/16 =interface=ether3"), "!done =ret=*2")
	c.answers(print, "!re =address=10.1.2.3/16 =network=10.1.0.0 =interface=ether3 =disabled=false", "!done")
	c.answers(words("/ip/address/set =.id=*2 =comment=x =disabled=yes"), "!done")
	c.answers(print, "!re =address=10.1.2.3/16 =network=10.1.0.0 =interface=ether3 =disabled=true =comment=x", "!done")
	c.answers(words("/ip/address/enable =numbers=*1,*2"), "!done")
	c.answers(words("/ip/address/comment =.id=*2 =comment=y"), "!done")
	c.answers(words("/ip/address/get =.id=*2 =value-name=comment"), "!done =ret=y")
	c.answers(words("/ip/address/unset =.id=*2 =value-name=comment"), "!done")
	c.answers(print, "!re =address=10.1.2.3/16 =network=10.1.0.0 =interface=ether3 =disabled=false", "!done")
	c.answers(words("/ip/address/remove =.id=*1,*2"), "!done")
	c.answers(words("/ip/address/print =count-only="), "!done =ret=0")
	c.answers(words("/ip/address/add =address=10.1.2.3 =interface=ether3"), "!done =ret=*3")
	c.answers(words("/ip/address/get =.id=*3"), "!done =ret=.id=*3;address=10.1.2.3/32;network=10.1.2.3;interface=ether3;actual-interface=ether3;invalid=false;dynamic=false;disabled=false")
	c.answers(words("/interface/set =.id=ether2 =name=wan =mtu=1400"), "!done")
	c.answers(words("/interface/print =.proplist=name,mtu ?default-name=ether2"), "!re =name=wan =mtu=1400", "!done")
	c.answers(words("/system/identity/set =name=tower"), "!done")
	c.answers(words("/system/identity/print"), "!re =name=tower", "!done")
}

func TestStateIsSharedByAllConnections(t *testing.T) {
	r := serve(t, routertest.Config{})
	login(t, r).answers(words("/system/identity/set =name=shared"), "!done")
	login(t, r).answers(words("/system/identity/print"), "!re =name=shared", "!done")
}

func TestTraps(t *testing.T) {
	c := login(t, serve(t, routertest.Config{}))
	tests := []struct{ command, want string }{
		{"/interface/frobnicate", "=category=0 =message=no such command"},
		{"/interface/remove =.id=*1", "=category=0 =message=no such command"},
		{"/system/resource/set =version=8", "=category=0 =message=no such command"},
		{"/ip/print", "=category=0 =message=no such command"},
		{"/nowhere/print", "=category=0 =message=no such command prefix"},
		{"hello", "=category=0 =message=no such command prefix"},
		{"/ip/address/set =.id=*99 =comment=x", "=category=0 =message=no such item"},
		{"/ip/address/remove =.id=ether1", "=category=0 =message=no such item"},
		{"/ip/address/print =.id=*0", "=category=0 =message=no such item"},
		{"/ip/address/remove", "=message=missing =.id="},
		{"/ip/address/set =.id=*1 =color=red", "=message=unknown parameter color"},
		{"/ip/address/print =color=red", "=message=unknown parameter color"},
		{"/ip/address/add =interface=ether1", "=message=missing value(s) of argument(s) address"},
		{"/ip/address/add =address=10.0.0.1/8 =interface=none", "=category=1 =message=input does not match any value of interface"},
		{"/ip/address/add =address=10.0.0.1/99 =interface=ether1", "=category=1 =message=invalid value for argument address"},
		{"/ip/address/add =address=192.168.0.1/24 =interface=ether1", "=message=failure: already have such address"},
		{"/ip/firewall/address-list/add =list=blocked =address=10.0.0.1", "=message=failure: already have such entry"},
		{"/interface/set =.id=ether1 =name=ether2", "=message=failure: already have interface with such name"},
		{"/interface/monitor-traffic =interface=none", "=category=1 =message=input does not match any value of interface"},
		{"/ping", "=message=missing value(s) of argument(s) address"},
	}
	for _, test := range tests {
		c.answers(words(test.command), "!trap "+test.want, "!done")
	}
	c = login(t, serve(t, routertest.Config{Version: "6.49"}))
	c.answers(words("/ip/address/print =color=red"), "!trap =message=unknown parameter", "!done")
}

func TestFreedKeysMayBeUsedAgain(t *testing.T) {
	c := login(t, serve(t, routertest.Config{}))
	add := words("/ip/firewall/address-list/add =list=blocked =address=10.0.0.1")
	c.answers(words("/ip/firewall/address-list/set =.id=*1 =list=open"), "!done")
	c.answers(add, "!done =ret=*5")
	c.answers(words("/ip/firewall/address-list/set =.id=*1 =list=blocked"), "!trap =message=failure: already have such entry", "!done")
	c.answers(words("/ip/firewall/address-list/remove =.id=*5"), "!done")
	c.answers(add, "!done =ret=*6")
}

func TestMonitorAndPing(t *testing.T) {
	c := login(t, serve(t, routertest.Config{Second: 1e6}))
	once := c.talk("/interface/monitor-traffic", "=interface=ether1", "=once=")
	if len(once) != 2 || once[0][1] != "=name=ether1" || !slices.ContainsFunc(once[0], func(w string) bool { return strings.HasPrefix(w, "=rx-bits-per-second=") }) {
		t.Errorf("%q", once)
	}
	if both := c.talk("/interface/monitor-traffic", "=interface=ether1,ether2", "=duration=3s"); len(both) != 7 {
		t.Errorf("%q", both)
	}
	if replies := c.talk("/ping", "=address=10.0.0.1", "=count=3", "=interval=00:00:00.5"); len(replies) != 4 {
		t.Errorf("%q", replies)
	}
	c.send("/interface/monitor-traffic", "=interface=ether1", ".tag=m")
	c.send("/ping", "=address=10.0.0.1", ".tag=p")
	seen := map[string]int{}
	for seen[".tag=m"] < 3 || seen[".tag=p"] < 3 {
		seen[c.sentence()[1]]++
	}
}

func TestPrintAgainAtAnInterval(t *testing.T) {
	c := login(t, serve(t, routertest.Config{Second: 1e6}))
	c.send("/system/identity/print", "=interval=1s", ".tag=1")
	c.want("!re", ".tag=1", "=name=MikroTik", "=.section=0")
	c.want("!re", ".tag=1", "=name=MikroTik", "=.section=1")
}
