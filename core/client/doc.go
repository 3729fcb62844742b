// Package client is one connection's side of the RouterOS API without the connection: it makes the
// bytes to send, and makes of the bytes received the replies that somebody waits for. It knows logins
// of every RouterOS generation, tags, cancelling, and what a reply word means.
//
// It does no I/O, starts no goroutine and looks at no clock: whoever uses it moves the bytes, in
// whatever way suits (a blocking socket, an event loop, TLS, a test). Bytes to send are appended to a
// slice of the caller's, which is sent whole and in order; bytes received are handed to Conn.Next until
// it has consumed them. Framing is in package wire.
package client
