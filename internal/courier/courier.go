// Package courier delivers short messages by e-mail and to chat rooms: the door to SMTP servers and to the incoming webhooks of
// Teams and Slack. It words nothing.
//
// E-mail goes over TLS, save to this machine itself. A webhook's address is a secret, since whoever has it can write to the room,
// so no error names it, and none quotes what the other side said.
package courier

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"
)

// timeout bounds one delivery.
const timeout = 30 * time.Second

// Message is a message of plain text.
type Message struct {
	Subject string // one line
	Text    string
	Key     string // the same for the same message, so that mail systems drop a second copy
}

// Mail is a mail server and who writes through it.
type Mail struct {
	host, user, password, from string
	port                       int
	implicit                   bool // TLS from the first byte on, not after STARTTLS
}

// OpenMail reads the address of a server, such as smtp://reminders@mail.example.org:587 or smtps://mail.example.org. It asks nothing of
// the server.
func OpenMail(server, password, from string) (*Mail, error) {
	u, err := url.Parse(server)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Path != "" {
		return nil, errors.New("a mail server is written smtp://name@mail.example.org:587, or smtps:// where TLS begins at once")
	}
	m := &Mail{host: u.Hostname(), user: u.User.Username(), password: password, from: from, implicit: u.Scheme == "smtps", port: 587}
	if _, ok := u.User.Password(); ok {
		return nil, errors.New("the password of the mail server does not belong into its address")
	}
	if m.implicit {
		m.port = 465
	}
	if p := u.Port(); p != "" {
		if m.port, err = strconv.Atoi(p); err != nil {
			return nil, errors.New("the port of the mail server is a number")
		}
	}
	if err := mail.NewMsg().From(from); err != nil {
		return nil, errors.New("the sender of mail is written reminders@example.org")
	}
	return m, nil
}

// Send sends a message to some mailboxes, in one delivery.
func (m *Mail) Send(ctx context.Context, to []string, what Message, now time.Time) error {
	msg := mail.NewMsg()
	_ = msg.From(m.from) // was read before
	if err := msg.To(to...); err != nil {
		return errors.New("a mailbox to write to has no form of one")
	}
	msg.Subject(what.Subject)
	msg.SetDateWithValue(now)
	domain := m.from[strings.LastIndexByte(m.from, '@')+1:]
	msg.SetMessageIDWithValue(what.Key + "@" + strings.TrimRight(domain, ">"))
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetBodyString(mail.TypeTextPlain, what.Text)
	client, err := mail.NewClient(m.host, m.options()...)
	if err != nil {
		return errors.New("the mail server's address or name is none")
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if err := client.DialAndSendWithContext(ctx, msg); err != nil {
		return m.explain(err)
	}
	return nil
}

func (m *Mail) options() []mail.Option {
	options := []mail.Option{mail.WithPort(m.port), mail.WithTimeout(timeout), mail.WithTLSPolicy(mail.TLSMandatory)}
	if slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, m.host) {
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	}
	if m.implicit {
		options = append(options, mail.WithSSL())
	}
	if m.user != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(m.user), mail.WithPassword(m.password))
	}
	return options
}

// explain says what went wrong without what the server said: that may quote the message.
func (m *Mail) explain(err error) error {
	var send *mail.SendError
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("the mail server did not answer within %v", timeout)
	case errors.As(err, &send) && send.ErrorCode() != 0:
		return fmt.Errorf("the mail server refused the message (%d)", send.ErrorCode())
	}
	return errors.New("the mail server could not be reached, offers no TLS, or refused the name and password")
}

// Room is a chat room that can be written to.
type Room struct {
	kind, address string
	transport     http.RoundTripper
}

// OpenRoom reads the address of an incoming webhook with its kind in front: slack:https://… or teams:https://…. It asks nothing of it.
// A nil transport means the network.
func OpenRoom(webhook string, transport http.RoundTripper) (*Room, error) {
	kind, address, _ := strings.Cut(webhook, ":")
	u, err := url.Parse(address)
	local := err == nil && (u.Hostname() == "127.0.0.1" || u.Hostname() == "localhost")
	if err != nil || kind != "slack" && kind != "teams" || u.Host == "" || u.Scheme != "https" && !(local && u.Scheme == "http") {
		return nil, errors.New("a chat room is written slack:https://… or teams:https://…, with the address of its incoming webhook")
	}
	if transport == nil {
		transport = http.DefaultTransport
	}
	return &Room{kind, address, transport}, nil
}

// Send writes a message into the room. The webhooks of both chats know no way to write a message once only, so a lost answer is an
// error, and the message may be there.
func (r *Room) Send(ctx context.Context, what Message) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.address, bytes.NewReader(r.payload(what)))
	if err != nil {
		return errors.New("the chat room's address is none")
	}
	req.Header.Set("Content-Type", "application/json")
	client := http.Client{Transport: r.transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		return errors.New("the chat room could not be reached")
	}
	resp.Body.Close()
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return fmt.Errorf("the chat room refused the message (%d)", resp.StatusCode)
	}
	return nil
}

func (r *Room) payload(what Message) []byte {
	type object = map[string]any
	v := object{}
	switch r.kind {
	case "slack":
		// The three characters that Slack gives a meaning to.
		escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
		v["text"] = "*" + escape.Replace(what.Subject) + "*\n" + escape.Replace(what.Text)
		v["unfurl_links"] = false
	default:
		block := func(text string, weight string) object {
			return object{"type": "TextBlock", "text": text, "wrap": true, "weight": weight}
		}
		blocks := []object{block(what.Subject, "Bolder")}
		for line := range strings.Lines(what.Text) {
			if line = strings.TrimSpace(line); line != "" {
				blocks = append(blocks, block(line, "Default"))
			}
		}
		card := object{"$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4", "body": blocks}
		v["type"] = "message"
		v["attachments"] = []object{{"contentType": "application/vnd.microsoft.card.adaptive", "content": card}}
	}
	b, err := json.Marshal(v)
	if err != nil {
		panic("text makes JSON: " + err.Error())
	}
	return b
}

// Key makes a short name of texts, the same for the same texts.
func Key(texts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(texts, "\x00")))
	return hex.EncodeToString(sum[:12])
}
