package client

import "errors"

var (
	// ErrNoWords says that a sentence to be sent has no words.
	ErrNoWords = errors.New("a sentence needs at least one word")

	// ErrTagTaken says that a handler waits for this tag already.
	ErrTagTaken = errors.New("a handler waits for this tag already")

	// ErrEmptyTag says that a tag has no bytes, or that an id is not positive.
	ErrEmptyTag = errors.New("a tag needs at least one byte, an id is positive")

	// ErrLoginUnderWay says that an answer to an earlier login is still to come.
	ErrLoginUnderWay = errors.New("a login is under way on this connection already")

	// ErrNotChallenged says that a response was to be made where the router has sent no challenge.
	ErrNotChallenged = errors.New("the router has sent no challenge to answer")

	// ErrFatal is matched, with errors.Is, by every *FatalError.
	ErrFatal = errors.New("the router ended the connection")
)

// A FatalError says that the router ended the connection with !fatal.
type FatalError struct {
	Reason string // as the router gives it, such as "not logged in"
}

// Error gives the router's reason.
func (e *FatalError) Error() string { return ErrFatal.Error() + ": " + e.Reason }

// Is reports whether target is ErrFatal.
func (e *FatalError) Is(target error) bool { return target == ErrFatal }

// A LoginError says that the router refused a login.
type LoginError struct {
	Message string // as the router gives it, such as "invalid user name or password (6)"
}

// Error gives the router's message.
func (e *LoginError) Error() string { return "the router refused the login: " + e.Message }
