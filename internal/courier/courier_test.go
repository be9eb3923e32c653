package courier_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"example.org/muniment/internal/courier"
	"example.org/muniment/internal/courier/couriertest"
)

var (
	message = courier.Message{Subject: "DPO of Z9A1A: 2 duties to act on, 1 overdue", Text: "- Imaging: OFF-29 <b>\n  https://portal.example.org/\n", Key: "abc"}
	now     = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
)

func TestMailArrives(t *testing.T) {
	address, kept, stop, err := couriertest.Mail("250 kept")
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	m, err := courier.OpenMail(address, "", "reminders@example.org")
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Send(t.Context(), []string{"dpo@example.org", "deputy@example.org"}, message, now); err != nil {
		t.Fatal(err)
	}
	all := kept.All()
	if len(all) != 1 {
		t.Fatalf("%d messages arrived", len(all))
	}
	for _, want := range []string{
		"MAIL FROM:<reminders@example.org>", "RCPT TO:<dpo@example.org>", "RCPT TO:<deputy@example.org>", "Subject: DPO of Z9A1A: 2 duties to act on, 1 overdue\r\n",
		"Message-ID: <abc@example.org>\r\n", "Date: Fri, 20 Nov 2026 09:00:00 +0000\r\n", "Auto-Submitted: auto-generated\r\n", "- Imaging: OFF-29 <b>",
	} {
		if !strings.Contains(all[0], want) {
			t.Errorf("no %q in\n%s", want, all[0])
		}
	}
}

func TestMailThatIsNotSent(t *testing.T) {
	refusing, _, stop, err := couriertest.Mail("550 this text quotes the message")
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	for name, c := range map[string]struct{ address, want string }{
		"a server that refuses":      {refusing, "the mail server refused the message (550)"},
		"a server that is not there": {"smtp://127.0.0.1:1", "the mail server could not be reached, offers no TLS, or refused the name and password"},
		"a name without TLS":         {strings.Replace(refusing, "//", "//reminders@", 1), "the mail server could not be reached, offers no TLS, or refused the name and password"},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := courier.OpenMail(c.address, "secret-password", "reminders@example.org")
			if err != nil {
				t.Fatal(err)
			}
			if err := m.Send(t.Context(), []string{"dpo@example.org"}, message, now); err == nil || err.Error() != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
	for _, address := range []string{"", "mail.example.org", "http://mail.example.org", "smtp://me:secret@mail.example.org", "smtp://", "smtp://mail.example.org/path"} {
		if _, err := courier.OpenMail(address, "", "reminders@example.org"); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", address, err)
		}
	}
	if _, err := courier.OpenMail("smtp://mail.example.org", "", "nobody"); err == nil {
		t.Error("a sender that is no mailbox was taken")
	}
}

func TestRooms(t *testing.T) {
	for kind, read := range map[string]func([]byte) string{
		"slack": func(b []byte) string {
			var v struct{ Text string }
			_ = json.Unmarshal(b, &v)
			return v.Text
		},
		"teams": func(b []byte) string {
			var v struct {
				Type        string
				Attachments []struct {
					ContentType string
					Content     struct {
						Type string
						Body []struct{ Type, Text string }
					}
				}
			}
			_ = json.Unmarshal(b, &v)
			text := ""
			if v.Type == "message" && v.Attachments[0].ContentType == "application/vnd.microsoft.card.adaptive" && v.Attachments[0].Content.Type == "AdaptiveCard" {
				for _, block := range v.Attachments[0].Content.Body {
					text += block.Text + "\n"
				}
			}
			return text
		},
	} {
		t.Run(kind, func(t *testing.T) {
			address, kept, stop := couriertest.Room(200)
			defer stop()
			room, err := courier.OpenRoom(kind+":"+address, nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := room.Send(t.Context(), message); err != nil {
				t.Fatal(err)
			}
			want := map[string]string{
				"slack": "*DPO of Z9A1A: 2 duties to act on, 1 overdue*\n- Imaging: OFF-29 &lt;b&gt;\n  https://portal.example.org/\n",
				"teams": "DPO of Z9A1A: 2 duties to act on, 1 overdue\n- Imaging: OFF-29 <b>\nhttps://portal.example.org/\n",
			}[kind]
			if got := read([]byte(kept.All()[0])); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestRoomsThatRefuse(t *testing.T) {
	address, _, stop := couriertest.Room(410)
	room, err := courier.OpenRoom("slack:"+address, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := room.Send(t.Context(), message); err == nil || err.Error() != "the chat room refused the message (410)" {
		t.Error(err)
	}
	stop()
	if err := room.Send(t.Context(), message); err == nil || err.Error() != "the chat room could not be reached" {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := room.Send(ctx, message); err == nil || strings.Contains(err.Error(), "secret") {
		t.Error(err)
	}
	for _, webhook := range []string{"", "https://hooks.example.org/secret", "irc:https://hooks.example.org/secret", "slack:http://hooks.example.org/secret", "slack:"} {
		if _, err := courier.OpenRoom(webhook, nil); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", webhook, err)
		}
	}
}
