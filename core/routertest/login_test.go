package routertest_test

import (
	"crypto/md5"
	"encoding/hex"
	"strings"
	"testing"

	"librouteros/core/routertest"
)

const wrong = "invalid user name or password (6)"

// challenge asks for one and returns the response that password gives.
func challenge(c *client, password string) string {
	c.t.Helper()
	c.send("/login")
	answer := c.sentence()
	text, found := strings.CutPrefix(answer[len(answer)-1], "=ret=")
	raw, err := hex.DecodeString(text)
	if answer[0] != "!done" || !found || err != nil || len(raw) != 16 {
		c.t.Fatalf("bare login: %q", answer)
	}
	sum := md5.Sum([]byte("\x00" + password + string(raw)))
	return "=response=00" + hex.EncodeToString(sum[:])
}

func TestLoginOfEachEra(t *testing.T) {
	tests := []struct {
		version       string
		plain         bool   // else answered by a challenge
		md5           bool   // the response is accepted
		failurePlain  string // trap for a wrong password
		failureAnswer string // trap for a wrong response
	}{
		{"6.42", false, true, "", "cannot log in"},
		{"6.42.12", false, true, "", "cannot log in"},
		{"6.43", true, true, wrong, wrong},
		{"6.44", true, true, wrong, wrong},
		{"6.45", true, true, wrong, wrong},
		{"6.45.1", true, false, wrong, wrong},
		{"6.49", true, false, wrong, wrong},
		{"7.17", true, false, wrong, wrong},
		{"7.18", true, false, wrong, wrong},
	}
	for _, test := range tests {
		t.Run(test.version, func(t *testing.T) {
			r := serve(t, routertest.Config{Version: test.version, Users: map[string]string{"admin": "secret"}})
			c := dial(t, r)
			c.send("/login", "=name=admin", "=password=secret")
			if answer := c.sentence(); (len(answer) == 1) != test.plain || answer[0] != "!done" {
				t.Errorf("plain: %q", answer)
			}
			if test.plain {
				c.send("/login", "=name=admin", "=password=wrong")
				c.want("!trap", "=message="+test.failurePlain)
				c.want("!done")
			}
			c = dial(t, r)
			c.send("/login", "=name=admin", challenge(c, "wrong"))
			c.want("!trap", "=message="+test.failureAnswer)
			c.want("!done")
			c.send("/login", "=name=admin", challenge(c, "secret"))
			if answer := c.sentence(); (answer[0] == "!done") != test.md5 {
				t.Errorf("response: %q", answer)
			}
		})
	}
}

func TestResponseIsGoodForOneChallengeOnce(t *testing.T) {
	c := dial(t, serve(t, routertest.Config{Version: "6.42"}))
	response := challenge(c, "")
	c.send("/login", "=name=admin", response)
	c.want("!done")
	c.send("/login", "=name=admin", response)
	c.want("!trap", "=message=cannot log in")
}

func TestLoginWithoutPasswordIsAnsweredByAChallenge(t *testing.T) {
	c := dial(t, serve(t, routertest.Config{Version: "7.18"}))
	c.send("/login", "=name=admin")
	if answer := c.sentence(); len(answer) != 2 || !strings.HasPrefix(answer[1], "=ret=") {
		t.Errorf("%q", answer)
	}
}

func TestCommandBeforeLoginEndsTheConnection(t *testing.T) {
	for _, command := range []string{"/interface/print", "/quit", "/cancel", "\x05\x06", "/test/echo"} {
		c := dial(t, serve(t, routertest.Config{}))
		c.send(command, ".tag=1")
		got := make([]byte, 100)
		n, _ := c.conn.Read(got)
		if want := "\x06!fatal\x0dnot logged in\x00"; string(got[:n]) != want {
			t.Errorf("%q: %q", command, got[:n])
		}
		c.wantEnd()
	}
}

func TestLoginThatTakesLongHoldsWhatFollows(t *testing.T) {
	r := serve(t, routertest.Config{Faults: []routertest.Fault{routertest.LoginDelay(1e7)}})
	c := dial(t, r)
	c.send("/login", "=name=admin", "=password=")
	c.send("/test/echo", "=a=1")
	c.want("!done")
	c.want("!re", "=a=1")
	c.want("!done")
}

func TestQuit(t *testing.T) {
	c := login(t, serve(t, routertest.Config{}))
	c.send("/quit", ".tag=5")
	c.want("!fatal", "session terminated on request")
	c.wantEnd()
}

func TestLoginsAreLogged(t *testing.T) {
	c := dial(t, serve(t, routertest.Config{Rows: map[string]int{"log": 0}}))
	c.send("/login", "=name=guest", "=password=x")
	c.want("!trap", "=message="+wrong)
	c.want("!done")
	c.send("/login", "=name=admin", "=password=")
	c.want("!done")
	c.answers(words("/log/print =.proplist=topics,message"),
		"!re =topics=system,error,critical =message=login failure for user guest from 127.0.0.1 via api",
		"!re =topics=system,info,account =message=user admin logged in from 127.0.0.1 via api",
		"!done")
}
