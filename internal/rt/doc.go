// Package rt holds the function that the loader runs when the library is loaded, one for each
// architecture, in place of the Go runtime's own. Ours only notes where the runtime's is, in the C
// variable ros_go_rt0, so that linking to the library starts nothing: capi/gate.c calls it at the first
// use. The linker's option -E names it.
//
// It is a package of its own since one that uses cgo cannot have Go assembly.
package rt
