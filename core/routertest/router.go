package routertest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"time"
)

// A Config says what a router is like. The zero Config is RouterOS 7.18 with the user admin, who has
// no password.
type Config struct {
	// Version is the RouterOS version that the router is, for example 6.42 or 7.18.
	Version string

	// Users has the password of each user by name.
	Users map[string]string

	// Rows has the number of rows that tables begin with, by menu: interface, ip/address, ip/route,
	// ip/firewall/address-list, ip/dhcp-server/lease and log. The tables system/resource and
	// system/identity have one row always. A table that is not named has a few rows.
	Rows map[string]int

	// Second is how long one second of monitor-traffic, ping and =interval= lasts. The default is a
	// real second; a shorter one lets tests of commands that never end be quick.
	Second time.Duration

	// TagLast puts the tag behind a reply's attributes and not before them.
	TagLast bool

	// Faults are set for each connection when it is made; positions count from its first byte.
	Faults []Fault

	// ConnectionFaults, unless nil, is called once for each connection, with its number counted from
	// 1, on the connection's goroutine. Its faults are set in place of Faults.
	ConnectionFaults func(number int) []Fault

	// Record makes the router keep the sentences it gets, for Sentences.
	Record bool

	// OnSentence, unless nil, is called with each sentence that the router gets, on the goroutine
	// that reads the connection.
	OnSentence func(Sentence)

	// CacheBytes is how large a table may be to be kept encoded, which makes printing it faster. The
	// default is DefaultCacheBytes; larger tables are encoded while they are sent.
	CacheBytes int
}

// DefaultCacheBytes is for a table of some 500,000 rows.
const DefaultCacheBytes = 128 << 20

// A Router is a simulated router: users, tables and the connections to it. All its methods may be
// called from any goroutine.
type Router struct {
	config  Config
	version version
	tables  map[string]*table

	context context.Context // ended by Close
	close   context.CancelFunc
	group   sync.WaitGroup

	mutex     sync.Mutex
	listener  net.Listener
	closed    bool
	number    int // of the last connection
	counters  Counters
	watch     chan struct{} // closed when a counter changes; nil while nobody waits
	sentences []Sentence
}

// NewRouter returns a router that is ready to serve but does not listen. The error says what in the
// config is not known: the version, or a table. Close is to be called in the end.
func NewRouter(config Config) (*Router, error) {
	if config.Version == "" {
		config.Version = "7.18"
	}
	if config.Users == nil {
		config.Users = map[string]string{"admin": ""}
	}
	if config.Second == 0 {
		config.Second = time.Second
	}
	if config.CacheBytes == 0 {
		config.CacheBytes = DefaultCacheBytes
	}
	parsed, err := parseVersion(config.Version)
	if err != nil {
		return nil, err
	}
	r := &Router{config: config, version: parsed, tables: map[string]*table{}}
	for _, s := range schemas(parsed) {
		r.tables[s.path] = newTable(s, s.rows)
	}
	for menu, rows := range config.Rows {
		menu = strings.Trim(menu, "/")
		t, known := r.tables[menu]
		if !known || t.single || rows < 0 {
			return nil, fmt.Errorf("%d rows in %q: %s", rows, menu, "the tables that can have any number are "+strings.Join(r.menus(), ", "))
		}
		r.tables[menu] = newTable(t.schema, rows)
	}
	r.context, r.close = context.WithCancel(context.Background())
	return r, nil
}

// menus returns the tables that may have any number of rows.
func (r *Router) menus() []string {
	var menus []string
	for menu, t := range r.tables {
		if !t.single {
			menus = append(menus, menu)
		}
	}
	slices.Sort(menus)
	return menus
}

// NewServer returns a router that listens on a free port of 127.0.0.1, as httptest.NewServer does.
// It panics when the config is wrong or the system has no port.
func NewServer(config Config) *Router {
	r, err := NewRouter(config)
	if err == nil {
		err = r.Listen("127.0.0.1:0")
	}
	if err != nil {
		panic("routertest: " + err.Error())
	}
	return r
}

// Listen accepts connections on a TCP address such as 127.0.0.1:0, in the background, until Close. It
// may be called once. The error is that of net.Listen.
func (r *Router) Listen(address string) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.closed || r.listener != nil {
		_ = listener.Close()
		return errors.New("the router listens already, or is closed")
	}
	r.listener = listener
	r.group.Add(1)
	go r.accept(listener)
	return nil
}

func (r *Router) accept(listener net.Listener) {
	defer r.group.Done()
	for {
		conn, err := listener.Accept()
		switch {
		case r.context.Err() != nil:
			if err == nil {
				_ = conn.Close()
			}
			return
		case err != nil:
			r.pause() // out of descriptors, most likely
			continue
		}
		r.group.Add(1)
		go func() {
			defer r.group.Done()
			r.Serve(conn)
		}()
	}
}

func (r *Router) pause() {
	select {
	case <-time.After(10 * time.Millisecond):
	case <-r.context.Done():
	}
}

// Addr returns the address that the router listens on, as host:port, or "" when it does not listen.
func (r *Router) Addr() string {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.listener == nil {
		return ""
	}
	return r.listener.Addr().String()
}

// Close ends listening and all connections, and returns when all goroutines of the router have
// ended, those that called Serve not counted. It may be called again.
func (r *Router) Close() {
	r.mutex.Lock()
	r.closed = true
	r.close()
	if r.listener != nil {
		_ = r.listener.Close()
	}
	r.mutex.Unlock()
	r.group.Wait()
}
