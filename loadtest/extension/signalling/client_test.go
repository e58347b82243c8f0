package signalling

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// speak serves one connection: Engine.IO's opening, then what `script` does with the handshake and the socket.
func speak(t *testing.T, script func(handshake string, socket *websocket.Conn)) string {
	t.Helper()
	upgrader := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		socket, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer func() { _ = socket.Close() }()
		say(socket, `0{"sid":"x","upgrades":[],"pingInterval":25000,"pingTimeout":20000}`)
		if _, handshake, err := socket.ReadMessage(); err == nil {
			script(string(handshake), socket)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func say(socket *websocket.Conn, text string) {
	_ = socket.WriteMessage(websocket.TextMessage, []byte(text))
}

func dialed(t *testing.T, origin string, handlers Handlers) *Client {
	t.Helper()
	hello := Handshake{Protocol: Protocol, ClassID: "c", SeatID: "s", SeatSecret: "secret", PageID: "p"}
	client, err := Dial(t.Context(), origin, hello, &Traffic{}, Settings{}, handlers)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

func TestTheHandshakeSaysWhoComes(t *testing.T) {
	said := make(chan string, 1)
	origin := speak(t, func(handshake string, socket *websocket.Conn) {
		said <- handshake
		say(socket, `40{"sid":"y"}`)
		_, _, _ = socket.ReadMessage()
	})
	dialed(t, origin, Handlers{})
	var auth map[string]any
	if err := json.Unmarshal([]byte(strings.TrimPrefix(<-said, "40")), &auth); err != nil {
		t.Fatal(err)
	}
	if auth["protocol"] != float64(Protocol) || auth["seatId"] != "s" || auth["pageId"] != "p" || len(auth) != 5 {
		t.Errorf("said %v", auth)
	}
}

func TestARefusedHandshakeIsTheServersError(t *testing.T) {
	origin := speak(t, func(_ string, socket *websocket.Conn) {
		say(socket, `44{"message":"no","data":{"code":"too-many","message":"Too many.","retryAfterMs":700}}`)
	})
	_, err := Dial(t.Context(), origin, Handshake{}, &Traffic{}, Settings{}, Handlers{})
	var refused *Error
	if !errors.As(err, &refused) || refused.Code != "too-many" || refused.RetryAfterMs != 700 {
		t.Errorf("got %v", err)
	}
}

func TestAnswersFindTheirQuestionsAndPingsAreAnswered(t *testing.T) {
	pong := make(chan string, 1)
	origin := speak(t, func(_ string, socket *websocket.Conn) {
		say(socket, `40{"sid":"y"}`)
		_, question, _ := socket.ReadMessage()
		if string(question) != `420["message",{"type":"clock","body":{}}]` {
			say(socket, "41")
			return
		}
		say(socket, "2")
		_, answer, _ := socket.ReadMessage()
		pong <- string(answer)
		say(socket, `437[{"ok":true,"result":{"classClockMs":1}}]`)
		say(socket, `430[{"ok":true,"result":{"classClockMs":1234.5}}]`)
		_, _, _ = socket.ReadMessage()
		say(socket, `431[{"ok":false,"error":{"code":"not-allowed","message":"No."}}]`)
		_, _, _ = socket.ReadMessage()
	})
	client := dialed(t, origin, Handlers{})
	var result struct{ ClassClockMs float64 }
	if err := client.Request(t.Context(), "clock", struct{}{}, &result); err != nil || result.ClassClockMs != 1234.5 {
		t.Errorf("%v %v", result, err)
	}
	if got := <-pong; got != "3" {
		t.Errorf("the ping was answered %q", got)
	}
	var refused *Error
	if err := client.Request(t.Context(), "mute-all", struct{}{}, nil); !errors.As(err, &refused) || refused.Code != "not-allowed" {
		t.Errorf("refused as %v", err)
	}
}

func TestALostConnectionIsToldOnceAndEndsWhatWaits(t *testing.T) {
	origin := speak(t, func(_ string, socket *websocket.Conn) {
		say(socket, `40{"sid":"y"}`)
		_, _, _ = socket.ReadMessage()
	})
	told := make(chan error, 2)
	client := dialed(t, origin, Handlers{Closed: func(err error) { told <- err }})
	if err := client.Request(t.Context(), "clock", struct{}{}, nil); !errors.Is(err, ErrGone) {
		t.Errorf("waited for an answer that cannot come: %v", err)
	}
	<-told
	client.Close()
	if len(told) > 0 {
		t.Error("told twice")
	}
}

func TestWhoStopsReadingHearsEverythingAfterwards(t *testing.T) {
	start := make(chan struct{})
	origin := speak(t, func(_ string, socket *websocket.Conn) {
		say(socket, `40{"sid":"y"}`)
		<-start
		for range 3 {
			say(socket, `42["message",{"type":"counts-changed","counts":{}}]`)
		}
		_, _, _ = socket.ReadMessage()
	})
	heard := make(chan string, 3)
	client := dialed(t, origin, Handlers{Message: func(kind string, _ []byte) { heard <- kind }})
	readOn := client.StopReading()
	close(start)
	select {
	case kind := <-heard:
		t.Errorf("read %s", kind)
	case <-time.After(50 * time.Millisecond):
	}
	readOn()
	for range 3 {
		if kind := <-heard; kind != "counts-changed" {
			t.Errorf("heard %s", kind)
		}
	}
}

func TestWhatIsSentTogetherIsHeardInItsOrder(t *testing.T) {
	heard := []string{}
	client := &Client{handlers: Handlers{Message: func(kind string, body []byte) { heard = append(heard, kind+string(body)) }}}
	one, two := `{"type":"chat","lines":[[1,"a \" ] },{ \\"]]}`, `{"type":"reactions","tally":{"clap":3}}`
	client.take([]byte(`42["message",` + one + "," + two + "]"))
	if len(heard) != 2 || heard[0] != "chat"+one || heard[1] != "reactions"+two {
		t.Errorf("heard %q", heard)
	}
}

// FuzzTake gives a client whatever a server might send: it may close, and must not break.
func FuzzTake(f *testing.F) {
	for _, frame := range []string{
		"", "2", "3", "41", "42", `42["message",`, `42["message",]`, `42["message",{"type":"chat"}]`, `42["message",{"type":"`, "43", "430", "43[", "439999999999999999999[{}]",
		`430[{"ok":true}]`, `430[]`, `430[{"ok":false}]`, `430[null]`,
	} {
		f.Add([]byte(frame))
	}
	f.Fuzz(func(_ *testing.T, frame []byte) {
		client := &Client{
			socket:   nil,
			handlers: Handlers{Message: func(string, []byte) {}},
			waiting:  map[int]chan []byte{0: make(chan []byte, 1)},
			gone:     make(chan struct{}),
		}
		// What is answered or closed needs a socket.
		if len(frame) > 0 && (frame[0] == '2' || (len(frame) > 1 && frame[0] == '4' && frame[1] == '1')) {
			return
		}
		client.take(frame)
		_ = decodeAnswer("clock", frame, &struct{}{})
		_ = refusal(frame)
	})
}

func TestASeatThatIsRefusedIsTheServersError(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer let-me" || r.URL.Path != "/api/join/code" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = w.Write([]byte(`{"code":"too-many","message":"Too many.","retryAfterMs":300}`))
	}))
	defer server.Close()
	_, err := TakeSeat(context.Background(), server.Client(), server.URL, "code", "Emmy", "let-me")
	var refused *Error
	if !errors.As(err, &refused) || refused.RetryAfterMs != 300 {
		t.Errorf("got %v", err)
	}
}
