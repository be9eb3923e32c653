// Package couriertest is a mail server and a chat room on loopback that keep what they are sent, for tests.
package couriertest

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
)

// Kept is what arrived, in order.
type Kept struct {
	mu   sync.Mutex
	list []string
}

// All gives everything that arrived.
func (k *Kept) All() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return append([]string(nil), k.list...)
}

func (k *Kept) keep(text string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.list = append(k.list, text)
}

// Mail starts a mail server and gives its address, such as smtp://127.0.0.1:2525. It answers every message with a reply, such as
// "250 kept".
func Mail(reply string) (address string, kept *Kept, stop func(), err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, nil, err
	}
	kept = &Kept{}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go serve(conn, reply, kept)
		}
	}()
	return "smtp://" + listener.Addr().String(), kept, func() { listener.Close() }, nil
}

func serve(conn net.Conn, reply string, kept *Kept) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	fmt.Fprint(conn, "220 mail.example.org\r\n")
	var message strings.Builder
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		message.WriteString(line)
		switch verb, _, _ := strings.Cut(strings.ToUpper(strings.TrimSpace(line)), " "); verb {
		case "DATA":
			fmt.Fprint(conn, "354 go on\r\n")
			for {
				line, err := in.ReadString('\n')
				if err != nil || line == ".\r\n" {
					break
				}
				message.WriteString(line)
			}
			kept.keep(message.String())
			fmt.Fprint(conn, reply+"\r\n")
		case "QUIT":
			fmt.Fprint(conn, "221 bye\r\n")
			return
		default:
			fmt.Fprint(conn, "250 yes\r\n")
		}
	}
}

// Room starts a chat room and gives the address of its webhook. It answers every message with a status.
func Room(status int) (address string, kept *Kept, stop func()) {
	kept = &Kept{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		kept.keep(string(text))
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "an answer that nobody may quote")
	}))
	return server.URL + "/hook/secret-of-the-room", kept, server.Close
}
