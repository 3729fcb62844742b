// Package clients_test runs clients of the RouterOS API that others wrote against the simulated
// router: Debian's python3-librouteros, npm's node-routeros, and nmap's service probe. What they
// agree on with the router is then the protocol, and not only our reading of it.
//
// A test whose tool is missing is skipped and says which package has it.
package clients_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"librouteros/core/routertest"
)

// versions are one of each era.
var versions = []string{"6.42", "6.44", "6.49", "7.17", "7.18"}

func serve(t *testing.T, version string) *routertest.Router {
	t.Helper()
	r := routertest.NewServer(routertest.Config{
		Version: version, Second: 10 * time.Millisecond, Record: true,
		Users: map[string]string{"admin": "secret"},
		Rows:  map[string]int{"interface": 10, "ip/address": 3, "ip/firewall/address-list": 5000},
	})
	t.Cleanup(r.Close)
	return r
}

// need skips the test when the program is not there.
func need(t *testing.T, program, packages string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Skipf("%s is not installed: apt-get install %s", program, packages)
	}
}

// command runs a program to its end and returns what it printed.
func command(t *testing.T, directory, program string, arguments ...string) (output string, err error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, program, arguments...)
	c.Dir = directory
	c.WaitDelay = time.Second
	all, err := c.CombinedOutput()
	return string(all), err
}

// content fails the test unless a client's script went through and logged in as wanted.
func content(t *testing.T, r *routertest.Router, output string, err error) {
	t.Helper()
	if err != nil || !strings.HasSuffix(output, "content\n") {
		t.Errorf("%v\n%s", err, output)
		for _, sentence := range r.Sentences() {
			t.Logf("router got %q", sentence.Words)
		}
	}
	if n := r.Counters(); n.Logins != 1 || n.FailedLogins != 1 {
		t.Errorf("one login and one failure wanted: %+v", n)
	}
}

func TestPythonLibrouterosIsContent(t *testing.T) {
	const python = "/usr/bin/python3"
	need(t, python, "python3-librouteros")
	if _, err := command(t, "", python, "-c", "import librouteros"); err != nil {
		t.Skip("python3-librouteros is not installed: apt-get install python3-librouteros")
	}
	for _, version := range versions {
		t.Run(version, func(t *testing.T) {
			r := serve(t, version)
			_, port, _ := net.SplitHostPort(r.Addr())
			output, err := command(t, "", python, "client.py", port, version)
			content(t, r, output, err)
		})
	}
}

func TestNodeRouterosIsContent(t *testing.T) {
	need(t, "node", "nodejs")
	need(t, "npm", "npm")
	directory := t.TempDir()
	for _, name := range []string{"package.json", "package-lock.json", ".npmrc", "client.js"} {
		bytes, err := os.ReadFile(filepath.Join("node", name))
		if err == nil {
			err = os.WriteFile(filepath.Join(directory, name), bytes, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if output, err := command(t, directory, "npm", "ci"); err != nil {
		t.Skipf("node-routeros is not installed: npm ci: %v\n%s", err, output)
	}
	for _, version := range versions {
		t.Run(version, func(t *testing.T) {
			r := serve(t, version)
			_, port, _ := net.SplitHostPort(r.Addr())
			output, err := command(t, directory, "node", "client.js", port, version)
			content(t, r, output, err)
		})
	}
}

// TestNmapNamesTheService listens on the API's own port, because nmap tries the probe for it first
// there and takes minutes elsewhere. An address of its own keeps the port free for others.
func TestNmapNamesTheService(t *testing.T) {
	need(t, "nmap", "nmap")
	r, err := routertest.NewRouter(routertest.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	host := fmt.Sprintf("127.%d.%d.%d", 1+rand.IntN(250), rand.IntN(250), 1+rand.IntN(250))
	if err := r.Listen(host + ":8728"); err != nil {
		t.Fatal(err)
	}
	output, err := command(t, "", "nmap", "-sV", "-Pn", "-n", "-p", "8728", host)
	if err != nil || !strings.Contains(output, "8728/tcp open  routeros-api MikroTik RouterOS API") {
		t.Errorf("%v\n%s", err, output)
	}
}
