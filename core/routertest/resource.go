package routertest

import "fmt"

// resource is /system/resource, which clients cannot change.
func resource(v version) *schema {
	kind, built, factory := " (long-term)", "Nov/21/2022 12:11:42", "6.44.6"
	if v.seven() {
		kind, built, factory = " (stable)", "2025-02-24 12:47:05", "7.8"
	}
	return &schema{path: "system/resource", rows: 1, single: true, columns: []column{
		{name: "uptime", fixed: "5w3d20h41m12s"},
		{name: "version", fixed: v.String() + kind},
		{name: "build-time", fixed: built},
		{name: "factory-software", fixed: factory},
		{name: "free-memory", fixed: "803012608"},
		{name: "total-memory", fixed: "1073741824"},
		{name: "cpu", fixed: "ARMv7"},
		{name: "cpu-count", fixed: "4"},
		{name: "cpu-frequency", fixed: "1400"},
		{name: "cpu-load", fixed: "7"},
		{name: "free-hdd-space", fixed: "83218432"},
		{name: "total-hdd-space", fixed: "134479872"},
		{name: "write-sect-since-reboot", fixed: "54672"},
		{name: "write-sect-total", fixed: "8123456"},
		{name: "architecture-name", fixed: "arm"},
		{name: "board-name", fixed: "RB4011iGS+"},
		{name: "platform", fixed: "MikroTik"},
	}}
}

// String writes the version as RouterOS does: 7.18, 6.49.10.
func (v version) String() string {
	if v.patch == 0 {
		return fmt.Sprintf("%d.%d", v.major, v.minor)
	}
	return fmt.Sprintf("%d.%d.%d", v.major, v.minor, v.patch)
}
