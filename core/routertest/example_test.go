package routertest_test

import (
	"fmt"
	"io"
	"net"

	"librouteros/core/routertest"
	"librouteros/core/wire"
)

func ExampleNewServer() {
	router := routertest.NewServer(routertest.Config{
		Version: "7.18",
		Users:   map[string]string{"admin": "secret"},
		Rows:    map[string]int{"ip/route": 100_000},
	})
	defer router.Close()

	conn, err := net.Dial("tcp", router.Addr())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer conn.Close()
	conn.Write(wire.AppendSentence(nil, "/login", "=name=admin", "=password=secret"))
	conn.Write(wire.AppendSentence(nil, "/ip/route/print", "=count-only="))
	conn.Write(wire.AppendSentence(nil, "/quit"))
	answer, _ := io.ReadAll(conn)
	fmt.Printf("%q\n", answer)
	// Output: "\x05!done\x00\x05!done\v=ret=100000\x00\x06!fatal\x1dsession terminated on request\x00"
}

// A router need not listen: it serves any connection that it is given.
func ExampleRouter_Serve() {
	router, err := routertest.NewRouter(routertest.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer router.Close()
	near, far := net.Pipe()
	go router.Serve(far)

	near.Write(wire.AppendSentence(nil, "/interface/print"))
	answer, _ := io.ReadAll(near)
	fmt.Printf("%q\n", answer)
	// Output: "\x06!fatal\rnot logged in\x00"
}

func ExampleConfig_faults() {
	router := routertest.NewServer(routertest.Config{ConnectionFaults: func(number int) []routertest.Fault {
		if number == 1 {
			return []routertest.Fault{routertest.Split(1), routertest.CloseAt(4)}
		}
		return nil
	}})
	defer router.Close()
	for range 2 {
		conn, err := net.Dial("tcp", router.Addr())
		if err != nil {
			fmt.Println(err)
			return
		}
		conn.Write(wire.AppendSentence(nil, "/quit"))
		answer, _ := io.ReadAll(conn)
		fmt.Printf("%q\n", answer)
		conn.Close()
	}
	// Output:
	// "\x06!fa"
	// "\x06!fatal\rnot logged in\x00"
}

func ExampleParseFault() {
	fault, err := routertest.ParseFault("garbage-at=100:DEADBEEF")
	fmt.Println(fault, err)
	_, err = routertest.ParseFault("delay=10")
	fmt.Println(err)
	// Output:
	// garbage-at=100:deadbeef <nil>
	// fault "delay=10": "10" is not a duration such as 10ms
}

func ExampleNewPeer() {
	peer := routertest.NewPeer(func(conn net.Conn) {
		conn.Write([]byte("220 this is another service\r\n"))
	})
	defer peer.Close()
	conn, err := net.Dial("tcp", peer.Addr())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer conn.Close()
	answer, _ := io.ReadAll(conn)
	fmt.Printf("%q\n", answer)
	// Output: "220 this is another service\r\n"
}
