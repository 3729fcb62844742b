// Routersim is the simulated router of package routertest as a program, for tests in other languages
// and for trying a client by hand. It prints the address that it listens on and serves until it is
// told to stop. It is no router: nothing that it is told has an effect, and it does not speak TLS.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"librouteros/core/routertest"
)

const usage = `Usage: routersim [flags]

Simulates a MikroTik router that speaks the RouterOS API. Prints one line,

    listening on 127.0.0.1:PORT

and serves until SIGINT, SIGTERM or, with -exit-with-stdin, the end of its standard input.

`

const examples = `
Examples:

    routersim -listen 127.0.0.1:8728 -version 6.42 -user admin:secret
    routersim -rows ip/route=1000000 -rows interface=500
    routersim -fault split=1 -fault delay=1ms      each byte on its own, a millisecond apart
    routersim -fault close-at=100                  each connection closed behind 100 bytes

Faults: split=SIZE, delay=TIME, login-delay=TIME, stall-at=N, close-at=N, reset-at=N,
garbage-at=N[:HEX], oversized-at=N, reserved-at=N, where N counts the bytes that the router sent on
the connection. Tables for -rows: interface, ip/address, ip/route, ip/firewall/address-list,
ip/dhcp-server/lease, log.

A logged-in client can also use commands that no RouterOS has, among them
/test/fault =split=1, /test/echo, /test/word =length=N, /test/rows =count=N and /test/traps =count=N.
`

func main() {
	err := run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "routersim:", err)
		os.Exit(2)
	}
}

// options is what the flags say.
type options struct {
	config        routertest.Config
	listen        string
	portFile      string
	exitWithStdin bool
	verbose       bool
}

// run serves until it is told to stop. The error says which flag is wrong, or why it cannot listen.
func run(arguments []string, stdin io.Reader, stdout, stderr io.Writer) error {
	o, err := parse(arguments, stderr)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if o.exitWithStdin {
		go func() {
			_, _ = io.Copy(io.Discard, stdin)
			stop()
		}()
	}
	if o.verbose {
		o.config.OnSentence = func(s routertest.Sentence) {
			fmt.Fprintf(stderr, "connection %d: %q\n", s.Connection, s.Words)
		}
	}
	router, err := routertest.NewRouter(o.config)
	if err != nil {
		return err
	}
	defer router.Close()
	if err := router.Listen(o.listen); err != nil {
		return err
	}
	if o.portFile != "" {
		if err := writePort(o.portFile, router.Addr()); err != nil {
			return err
		}
	}
	if _, err := fmt.Fprintln(stdout, "listening on", router.Addr()); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

func parse(arguments []string, stderr io.Writer) (*options, error) {
	o := &options{}
	flags := flag.NewFlagSet("routersim", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprint(stderr, usage)
		flags.PrintDefaults()
		fmt.Fprint(stderr, examples)
	}
	flags.StringVar(&o.listen, "listen", "127.0.0.1:0", "`address` to listen on; port 0 takes a free one")
	flags.StringVar(&o.portFile, "port-file", "", "`file` to write the port to, whole at once, when listening")
	flags.BoolVar(&o.exitWithStdin, "exit-with-stdin", false, "stop when the standard input ends")
	flags.StringVar(&o.config.Version, "version", "7.18", "RouterOS `version` to be: 6.42, 6.44, 6.49, 7.17, 7.18 or any other")
	flags.Func("user", "user and password as `name:password`; may be repeated (default admin with no password)", o.addUser)
	flags.Func("rows", "number of rows in a table as `table=N`; may be repeated", o.addRows)
	flags.Func("fault", "`fault` of every connection, see below; may be repeated", o.addFault)
	flags.DurationVar(&o.config.Second, "second", 0, "how long a second of monitor-traffic and ping lasts (default 1s)")
	flags.IntVar(&o.config.CacheBytes, "cache", routertest.DefaultCacheBytes, "keep tables of up to `bytes` encoded, which makes printing them faster")
	flags.BoolVar(&o.verbose, "verbose", false, "write each sentence that is received to the standard error, passwords included")
	flags.BoolVar(&o.config.TagLast, "tag-last", false, "put tags at the end of replies")
	if err := flags.Parse(arguments); err != nil {
		return nil, err
	}
	if flags.NArg() > 0 {
		return nil, fmt.Errorf("%q is not a flag; see routersim -help", flags.Arg(0))
	}
	return o, nil
}

func (o *options) addUser(text string) error {
	name, password, _ := strings.Cut(text, ":")
	if o.config.Users == nil {
		o.config.Users = map[string]string{}
	}
	o.config.Users[name] = password
	return nil
}

func (o *options) addRows(text string) error {
	table, count, _ := strings.Cut(text, "=")
	rows, err := strconv.Atoi(count)
	if err != nil || rows < 0 {
		return fmt.Errorf("%q is not of the form ip/route=1000", text)
	}
	if o.config.Rows == nil {
		o.config.Rows = map[string]int{}
	}
	o.config.Rows[table] = rows
	return nil
}

func (o *options) addFault(text string) error {
	fault, err := routertest.ParseFault(text)
	o.config.Faults = append(o.config.Faults, fault)
	return err
}

// writePort lets nobody see the file before the port is in it.
func writePort(path, address string) error {
	file, err := os.CreateTemp(filepath.Dir(path), ".port-*")
	if err != nil {
		return err
	}
	port := address[strings.LastIndexByte(address, ':')+1:]
	_, err = fmt.Fprintln(file, port)
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}
