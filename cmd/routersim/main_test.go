package main

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"librouteros/core/wire"
)

// asProgram in the environment makes the test binary be routersim.
const asProgram = "ROUTERSIM_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// A program is a routersim that runs.
type program struct {
	*exec.Cmd
	stdin   io.WriteCloser
	stderr  bytes.Buffer
	address string
	ended   chan error
}

// start runs routersim until it listens. It does not outlive the test.
func start(t *testing.T, arguments ...string) *program {
	t.Helper()
	p := &program{Cmd: exec.Command(os.Args[0], arguments...), ended: make(chan error, 1)}
	p.Env = append(os.Environ(), asProgram+"=1")
	p.Stderr = &p.stderr
	stdout, err := p.StdoutPipe()
	if err == nil {
		p.stdin, err = p.StdinPipe()
	}
	if err == nil {
		err = p.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Process.Kill() })
	line, _ := bufio.NewReader(stdout).ReadString('\n')
	go func() { p.ended <- p.Wait() }()
	address, found := strings.CutPrefix(line, "listening on ")
	if !found {
		t.Fatalf("printed %q, %s", line, &p.stderr)
	}
	p.address = strings.TrimSpace(address)
	return p
}

// wantExit fails the test unless the program ends by itself, without complaint.
func (p *program) wantExit(t *testing.T) {
	t.Helper()
	select {
	case err := <-p.ended:
		if err != nil {
			t.Errorf("%v, %s", err, &p.stderr)
		}
	case <-time.After(20 * time.Second):
		t.Error("routersim goes on")
	}
	if conn, err := net.Dial("tcp", p.address); err == nil {
		_ = conn.Close()
		t.Error("somebody still listens")
	}
}

// talk sends sentences and returns all that comes until the connection ends.
func (p *program) talk(t *testing.T, sentences ...string) string {
	t.Helper()
	conn, err := net.Dial("tcp", p.address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	for _, sentence := range sentences {
		if _, err := conn.Write(wire.AppendSentence(nil, strings.Fields(sentence)...)); err != nil {
			t.Fatal(err)
		}
	}
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	all, err := io.ReadAll(conn)
	if err != nil {
		t.Error(err)
	}
	return string(all)
}

func TestSignalsEndIt(t *testing.T) {
	for _, signal := range []os.Signal{syscall.SIGTERM, syscall.SIGINT} {
		p := start(t)
		conn, err := net.Dial("tcp", p.address)
		if err != nil {
			t.Fatal(err)
		}
		_ = p.Process.Signal(signal)
		p.wantExit(t)
		_ = conn.Close()
	}
}

func TestItEndsWithItsStandardInput(t *testing.T) {
	p := start(t, "-exit-with-stdin")
	_ = p.stdin.Close()
	p.wantExit(t)
}

func TestFlagsMakeTheRouter(t *testing.T) {
	p := start(t, "-version", "6.49", "-user", "admin:a:b", "-user", "guest:", "-rows", "ip/address=1", "-rows", "log=0",
		"-fault", "split=3", "-tag-last", "-second", "1ms", "-cache", "1", "-verbose")
	got := p.talk(t, "/login =name=admin =password=a:b", "/ip/address/print =.proplist=address .tag=1",
		"/interface/monitor-traffic =interface=ether1 =duration=2s =.proplist=name", "/login =name=guest =password=", "/quit")
	if !strings.Contains(got, "\x03!re\x17=address=192.168.0.1/24\x06.tag=1\x00\x05!done\x06.tag=1\x00") {
		t.Errorf("%q", got)
	}
	_ = p.Process.Signal(syscall.SIGTERM)
	p.wantExit(t)
	if want := `connection 1: ["/login" "=name=admin" "=password=a:b"]`; !strings.Contains(p.stderr.String(), want) {
		t.Errorf("%s", &p.stderr)
	}
}

func TestPortFileHoldsThePort(t *testing.T) {
	path := filepath.Join(t.TempDir(), "port")
	p := start(t, "-port-file", path)
	got, err := os.ReadFile(path)
	if _, port, _ := net.SplitHostPort(p.address); err != nil || string(got) != port+"\n" {
		t.Errorf("%q, error %v", got, err)
	}
}

func TestWrongFlagsAreNamed(t *testing.T) {
	for arguments, want := range map[string]string{
		"-version seven":       `RouterOS version "seven" is not of the form 7.18 or 6.49.10`,
		"-rows ip/route":       `"ip/route" is not of the form ip/route=1000`,
		"-rows ip/neighbor=1":  `the tables that can have any number are interface, ip/address,`,
		"-fault explode=1":     `there is no fault named "explode"`,
		"-listen 127.0.0.1:-1": "invalid port",
		"here":                 `"here" is not a flag`,
	} {
		err := run(strings.Fields(arguments), strings.NewReader(""), io.Discard, io.Discard)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", arguments, err, want)
		}
	}
}

func TestHelpNamesEachFlag(t *testing.T) {
	var help bytes.Buffer
	_ = run([]string{"-help"}, nil, io.Discard, &help)
	for _, text := range []string{"-listen address", "-version version", "-user name:password", "-rows table=N", "-fault fault",
		"-exit-with-stdin", "-port-file file", "garbage-at=N[:HEX]", "/test/word"} {
		if !strings.Contains(help.String(), text) {
			t.Errorf("%q is not in the help:\n%s", text, &help)
		}
	}
}
