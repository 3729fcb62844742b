// Package rt holds the function that the loader runs when the library is loaded, one for each
// architecture, in place of the Go runtime's own. Ours only notes addresses in C variables: the runtime's
// start function, in ros_go_rt0, so that linking to the library starts nothing and capi/gate.c calls it
// at the first use; and the runtime's table of signals and its scavenger, in ros_go_sigtable and
// ros_go_scavenger, for capi/signals.c and capi/collect.go. The linker's option -E names it; -checklinkname=0 lets it name what is the runtime's.
//
// It is a package of its own since one that uses cgo cannot have Go assembly.
package rt
