// Package wire turns words and sentences of the RouterOS API protocol into bytes, and bytes into
// words and sentences.
//
// A word is a length followed by that many bytes of any value; a sentence is a run of words ended by
// a word of no length. That is all this package knows: it does no I/O, keeps no buffer of its own,
// and gives no meaning to a word. Logins, tags and replies are in package client; a router to talk
// to is in package routertest.
//
// The framing is the one of MikroTik's API manual. Words are bytes in no declared encoding (routers
// store what they were given: cp1250, cp1252, GBK and UTF-8 all occur), so nothing here decodes them.
package wire
