package routertest

import (
	"fmt"
	"strconv"
	"strings"
)

// A version is a RouterOS version, by which the eras of the protocol differ.
type version struct {
	major, minor, patch int
}

// parseVersion reads texts such as 6.42, 6.49.10 or 7.18rc2; what follows the numbers is ignored.
func parseVersion(text string) (version, error) {
	var numbers [3]int
	parts := strings.SplitN(text, ".", 3)
	for i, part := range parts {
		digits := part
		if end := strings.IndexFunc(part, func(r rune) bool { return r < '0' || r > '9' }); end > 0 && i > 0 {
			digits = part[:end]
		}
		number, err := strconv.Atoi(digits)
		if err != nil || len(parts) < 2 {
			return version{}, fmt.Errorf("RouterOS version %q is not of the form 7.18 or 6.49.10", text)
		}
		numbers[i] = number
	}
	return version{numbers[0], numbers[1], numbers[2]}, nil
}

// atLeast reports whether v is this version or a later one.
func (v version) atLeast(major, minor, patch int) bool {
	if v.major != major {
		return v.major > major
	}
	if v.minor != minor {
		return v.minor > minor
	}
	return v.patch >= patch
}

// takesPlainLogin: before, /login with name and password counts as one without.
func (v version) takesPlainLogin() bool { return v.atLeast(6, 43, 0) }

// takesChallengeLogin: later versions still hand out a challenge, but accept no answer to it.
func (v version) takesChallengeLogin() bool { return !v.atLeast(6, 45, 1) }

// sendsEmpty: a print without rows answers !empty before !done.
func (v version) sendsEmpty() bool { return v.atLeast(7, 18, 0) }

// seven reports the RouterOS 7 generation, whose rows and texts differ.
func (v version) seven() bool { return v.major >= 7 }

// dead is the value of .dead in the row of a removed item.
func (v version) dead() string {
	if v.seven() {
		return "true"
	}
	return "yes"
}

// loginFailure is the text of the trap for a wrong user or password.
func (v version) loginFailure() string {
	if v.takesPlainLogin() {
		return "invalid user name or password (6)"
	}
	return "cannot log in"
}

// unknownParameter is the text of the trap for an attribute that a command does not have.
func (v version) unknownParameter(name string) string {
	if v.seven() {
		return "unknown parameter " + name
	}
	return "unknown parameter"
}
