package client

import (
	"errors"
	"math"
	"testing"
)

// login begins a login as admin with a password, and returns the sentence.
func (r router) login(password string) string {
	r.t.Helper()
	encoded, err := r.conn.AppendLogin(nil, []byte("admin"), []byte(password))
	if err != nil {
		r.t.Fatal(err)
	}
	return sentence(r.t, encoded)
}

func (r router) respond(password string) string {
	r.t.Helper()
	encoded, err := r.conn.AppendChallengeResponse(nil, []byte("admin"), []byte(password))
	if err != nil {
		r.t.Fatal(err)
	}
	return sentence(r.t, encoded)
}

func (r router) state(want LoginState) {
	r.t.Helper()
	if got := r.conn.LoginState(); got != want {
		r.t.Fatalf("login state %d, want %d", got, want)
	}
}

func TestLoginBeginsWithNameAndPassword(t *testing.T) {
	r := newRouter(t)
	if got := r.login("secret"); got != "/login =name=admin =password=secret" {
		t.Error(got)
	}
	r.state(LoginWaiting)
}

func TestEmptyPasswordIsSent(t *testing.T) {
	r := newRouter(t)
	if got := r.login(""); got != "/login =name=admin =password=" {
		t.Error(got)
	}
}

func TestLoginIsAccepted(t *testing.T) {
	r := newRouter(t)
	r.login("secret")
	if got := r.says("!done"); got != "" {
		t.Errorf("the answer reaches others: %s", got)
	}
	r.state(LoginAccepted)
	if r.conn.LoginErr() != nil {
		t.Error(r.conn.LoginErr())
	}
}

func TestChallengeIsAnswered(t *testing.T) {
	r := newRouter(t)
	r.login("secret")
	r.says("!done", "=ret=ebddd18303a54111e2dea05a92ab46b4")
	r.state(LoginChallenged)
	// 00, then the MD5 sum of a zero byte, the password and the 16 bytes of the challenge, from md5sum.
	if got := r.respond("secret"); got != "/login =name=admin =response=007319531c22b6b85e160d6ac355c1df2e" {
		t.Error(got)
	}
	r.state(LoginWaiting)
	r.says("!done")
	r.state(LoginAccepted)
}

func TestResponseNeedsAChallenge(t *testing.T) {
	r := newRouter(t)
	r.login("secret")
	if _, err := r.conn.AppendChallengeResponse(nil, nil, nil); !errors.Is(err, ErrNotChallenged) {
		t.Error(err)
	}
}

func TestLoginIsRefusedAndMayBeTriedAgain(t *testing.T) {
	for _, challenge := range []bool{false, true} {
		r := newRouter(t)
		r.login("wrong")
		if challenge {
			r.says("!done", "=ret=ebddd18303a54111e2dea05a92ab46b4")
			r.respond("wrong")
		}
		r.says("!trap", "=message=cannot log in")
		r.state(LoginWaiting)
		r.says("!done")
		r.state(LoginRefused)
		var refused *LoginError
		if err := r.conn.LoginErr(); !errors.As(err, &refused) || refused.Message != "cannot log in" {
			t.Errorf("error %v", err)
		}
		r.login("secret")
		r.says("!done")
		r.state(LoginAccepted)
	}
}

func TestSecondLoginWaitsForTheFirst(t *testing.T) {
	r := newRouter(t)
	r.login("secret")
	if _, err := r.conn.AppendLogin(nil, nil, nil); !errors.Is(err, ErrLoginUnderWay) {
		t.Error(err)
	}
}

func TestOddChallengesAreRefused(t *testing.T) {
	for _, challenge := range []string{"xyz", "abc"} {
		r := newRouter(t)
		r.login("secret")
		r.says("!done", "=ret="+challenge)
		r.state(LoginRefused)
	}
	r := newRouter(t)
	r.login("secret")
	r.says("!done", "=ret=00")
	r.respond("secret")
	r.says("!done", "=ret=00")
	r.state(LoginRefused)
}

func TestFatalEndsTheLogin(t *testing.T) {
	r := newRouter(t)
	r.login("secret")
	r.says("!fatal", "not allowed")
	r.state(LoginRefused)
	if err := r.conn.LoginErr(); !errors.Is(err, ErrFatal) {
		t.Error(err)
	}
}

func TestOthersGetTheirRepliesDuringALogin(t *testing.T) {
	r := newRouter(t)
	id := r.command(10)
	r.login("secret")
	if got := r.says("!re", ".tag=1"); got != "1 for 10" {
		t.Errorf("command %d: %s", id, got)
	}
	if got := r.says("!done", ".tag=1"); got != "2 for 10" {
		t.Error(got)
	}
	if got := r.says("!re", "=untagged=row"); got != "1 for 0" {
		t.Error(got)
	}
	r.state(LoginWaiting)
}

func TestLoginBesideUntaggedCommandsHasATag(t *testing.T) {
	r := newRouter(t)
	r.conn.AppendSentence(nil, words("/listen")...)
	r.conn.AppendSentence(nil, words("/x", ".tag=mine")...)
	if got := r.login("secret"); got != "/login .tag=1 =name=admin =password=secret" {
		t.Error(got)
	}
	for _, says := range [][]string{{"!trap", "=message=interrupted"}, {"!done"}} {
		if got := r.says(says...); got == "" {
			t.Errorf("%q of the command is taken for the login's", says)
		}
	}
	r.state(LoginWaiting)
	r.says("!done", "=ret=ebddd18303a54111e2dea05a92ab46b4", ".tag=1")
	r.state(LoginChallenged)
	if got := r.respond("secret"); got != "/login =name=admin =response=007319531c22b6b85e160d6ac355c1df2e" {
		t.Errorf("the command has ended: %s", got)
	}
	r.says("!done")
	r.state(LoginAccepted)
}

func TestTaggedLoginIsRefused(t *testing.T) {
	r := newRouter(t)
	r.conn.AppendSentence(nil, words("/listen")...)
	r.login("wrong")
	r.says("!done")
	r.says("!trap", "=message=cannot log in", ".tag=1")
	r.says("!done", ".tag=1")
	r.state(LoginRefused)
}

func TestAbandonedTaggedLoginIsKeptFromEverybody(t *testing.T) {
	for _, sent := range []bool{true, false} {
		r := newRouter(t)
		r.conn.AppendSentence(nil, words("/listen")...)
		r.login("wrong")
		r.conn.AbandonLogin(sent)
		if got := r.says("!done", ".tag=1"); (got == "") != sent {
			t.Errorf("sent %v: %q", sent, got)
		}
	}
}

func TestLateAnswerToAnAbandonedLoginIsKeptFromEverybody(t *testing.T) {
	r := newRouter(t)
	r.login("wrong")
	r.conn.AbandonLogin(true)
	r.state(LoginNone)
	r.login("secret")
	r.says("!trap", "=message=late")
	r.says("!done")
	r.state(LoginWaiting)
	r.says("!done")
	r.state(LoginAccepted)
	if got := r.says("!done"); got != "2 for 0" {
		t.Errorf("later: %q", got)
	}
}

func TestLoginThatWasNotSentIsNotWaitedFor(t *testing.T) {
	r := newRouter(t)
	r.login("wrong")
	r.conn.AbandonLogin(false)
	if got := r.says("!done"); got != "2 for 0" {
		t.Errorf("got %q", got)
	}
}

func TestMaxLoginSizeHolds(t *testing.T) {
	for _, length := range []int{0, 1, 127, 200, 20000, 3 << 20} {
		r := newRouter(t)
		r.conn.AppendSentence(nil, words("/x")...)
		r.conn.commands.last = math.MaxInt32 - 2
		text := make([]byte, length)
		plain, err := r.conn.AppendLogin(nil, text, text)
		if err != nil || len(plain) > MaxLoginSize+2*length {
			t.Errorf("length %d: %d bytes, error %v", length, len(plain), err)
		}
		r.says("!done", "=ret=00", ".tag=2147483646")
		response, err := r.conn.AppendChallengeResponse(nil, text, text)
		if err != nil || len(response) > MaxLoginSize+2*length {
			t.Errorf("length %d: response of %d bytes, error %v", length, len(response), err)
		}
	}
}
