package client_test

import (
	"fmt"
	"net"

	"librouteros/core/client"
	"librouteros/core/routertest"
	"librouteros/core/wire"
)

// A login and a command, over any connection: what is appended is written, what is read is handed to Next.
func Example() {
	router, err := routertest.NewRouter(routertest.Config{Users: map[string]string{"admin": "secret"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer router.Close()
	if err := router.Listen("127.0.0.1:0"); err != nil {
		fmt.Println(err)
		return
	}
	connection, err := net.Dial("tcp", router.Addr())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer connection.Close()

	conn := client.New(wire.Limits{})
	var input []byte
	// step returns the next reply, or nil when what came next was for nobody, such as the answer to a login.
	step := func() (*client.Reply, error) {
		for {
			reply, n, err := conn.Next(input)
			input = input[n:]
			if n > 0 || err != nil {
				return reply, err
			}
			chunk := make([]byte, 4096)
			read, err := connection.Read(chunk)
			if err != nil {
				return nil, err
			}
			input = append(input, chunk[:read]...)
		}
	}

	name, password := []byte("admin"), []byte("secret")
	output, _ := conn.AppendLogin(nil, name, password)
	connection.Write(output)
	for conn.LoginState() == client.LoginWaiting {
		if _, err := step(); err != nil {
			fmt.Println(err)
			return
		}
		if conn.LoginState() == client.LoginChallenged {
			output, _ = conn.AppendChallengeResponse(nil, name, password)
			connection.Write(output)
		}
	}
	if err := conn.LoginErr(); err != nil {
		fmt.Println(err)
		return
	}

	output, _ = conn.AppendSentence(nil, []byte("/system/identity/print"))
	connection.Write(output)
	for {
		reply, err := step()
		if err != nil {
			fmt.Println(err)
			return
		}
		if reply != nil && reply.Kind == client.Row {
			identity, _ := client.Attribute(reply.Sentence, "name")
			fmt.Printf("%s\n", identity)
		}
		if reply != nil && reply.Kind == client.Done {
			return
		}
	}
	// Output: MikroTik
}
