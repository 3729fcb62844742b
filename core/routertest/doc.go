// Package routertest is a simulated MikroTik router to test clients of the RouterOS API against, as
// net/http/httptest is for clients of HTTP.
//
// A Router speaks the protocol as a chosen RouterOS version does: its login, tags, /cancel, /quit,
// listen, monitor-traffic, ping, print with property lists and queries, count-only, add, set, remove
// and what goes with them, on tables of any size with real state behind them. It answers wrong
// commands with the traps that a router sends, and it misbehaves on request: see Fault. Commands
// below /test are not RouterOS's; they produce what a test wants to see.
//
//	router := routertest.NewServer(routertest.Config{Version: "6.42", Users: map[string]string{"admin": "secret"}})
//	defer router.Close()
//	client := dial(router.Addr())
//
// What is not here: TLS, IPv6 tables, user rights, scripting, configuration that has an effect, and
// any menu that is not listed at Config.Rows. Trap texts are those of RouterOS where known. Nothing
// of this package is for use outside of tests: passwords are kept, recorded and compared as text.
package routertest
