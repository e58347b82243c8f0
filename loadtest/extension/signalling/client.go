// Package signalling is the participant's side of docs/protocol.md: socket.io 4 over one WebSocket, with as little kept for
// each participant as can be.
package signalling

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

const (
	// As client/src/classroom/signalling-client.ts: whoever waits longer has given up.
	answerWithin = 10 * time.Second
	writeWithin  = 10 * time.Second
	bufferBytes  = 1024
	// A connection that was let go of without a word holds its socket as long: past the server's own patience.
	abandonedFor = time.Minute
	// The framing of an event: 4 is a message of Engine.IO, 2 an event of socket.io.
	eventPrefix  = `42["message",`
	answerPrefix = "43"
)

// Protocol is the version of the protocol that this client says it speaks.
const Protocol = 2

// Error is a refusal of the server's catalogue (contracts/src/errors.ts).
type Error struct {
	Code         string `json:"code"`
	Message      string `json:"message"`
	RetryAfterMs int    `json:"retryAfterMs"`
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// ErrGone is given to whoever waits on a connection that is lost.
var ErrGone = errors.New("the signalling connection is gone")

// Traffic counts what signalling costs one participant, in payload bytes of WebSocket frames.
type Traffic struct {
	Received atomic.Uint64
	Sent     atomic.Uint64
	Messages atomic.Uint64
}

// Handlers are called from the connection's reading goroutine and must not block.
type Handlers struct {
	// Message is called with each event's type and its JSON object; the bytes are only valid during the call.
	Message func(kind string, body []byte)
	// Closed is called once, unless Close was.
	Closed func(err error)
}

// Client is one connection.
type Client struct {
	socket   *websocket.Conn
	handlers Handlers
	traffic  *Traffic

	write   sync.Mutex
	mu      sync.Mutex
	next    int
	waiting map[int]chan []byte
	gone    chan struct{}
	ended   bool
	closing sync.Once
	// reading is locked by whoever stops the reading for a while.
	reading   sync.Mutex
	abandoned atomic.Bool
}

type message struct {
	Type string `json:"type"`
	Body any    `json:"body"`
}

// Request sends one message and decodes its result; a refusal is an *Error.
func (c *Client) Request(ctx context.Context, kind string, body, result any) error {
	payload, err := json.Marshal(message{kind, body})
	if err != nil {
		return err
	}
	answer := make(chan []byte, 1)
	c.mu.Lock()
	if c.ended {
		c.mu.Unlock()
		return ErrGone
	}
	number := c.next
	c.next++
	c.waiting[number] = answer
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		delete(c.waiting, number)
		c.mu.Unlock()
	}()
	frame := append([]byte("42"+strconv.Itoa(number)+`["message",`), payload...)
	if err := c.send(append(frame, ']')); err != nil {
		return err
	}
	timer := time.NewTimer(answerWithin)
	defer timer.Stop()
	select {
	case raw := <-answer:
		return decodeAnswer(kind, raw, result)
	case <-c.gone:
		return ErrGone
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return fmt.Errorf("%s: no answer within %s", kind, answerWithin)
	}
}

func decodeAnswer(kind string, raw []byte, result any) error {
	var answer []struct {
		OK     bool            `json:"ok"`
		Result json.RawMessage `json:"result"`
		Error  *Error          `json:"error"`
	}
	if err := json.Unmarshal(raw, &answer); err != nil || len(answer) != 1 {
		return fmt.Errorf("%s: not an answer: %.120q", kind, raw)
	}
	if !answer[0].OK {
		if answer[0].Error == nil {
			return fmt.Errorf("%s: refused without a reason", kind)
		}
		return answer[0].Error
	}
	if result == nil {
		return nil
	}
	return json.Unmarshal(answer[0].Result, result)
}

// Close ends the connection; Handlers.Closed is not called.
func (c *Client) Close() { c.end(nil, false) }

// Gone is closed once the connection is.
func (c *Client) Gone() <-chan struct{} { return c.gone }

// Abandon lets go of the connection without a word, as a device does whose network changed: nothing is read or written any more, and the
// server hears of it by its own means. Handlers.Closed is not called.
func (c *Client) Abandon() {
	c.abandoned.Store(true)
	c.closing.Do(func() {
		c.mu.Lock()
		c.ended = true
		c.mu.Unlock()
		close(c.gone)
		time.AfterFunc(abandonedFor, func() { _ = c.socket.Close() })
	})
}

// StopReading leaves what the server sends unread, and gives what reads on.
func (c *Client) StopReading() (readOn func()) {
	c.reading.Lock()
	return c.reading.Unlock
}

// Raw sends one text frame past the protocol, for those who try what garbage does.
func (c *Client) Raw(frame []byte) error { return c.send(frame) }

func (c *Client) read() {
	for !c.abandoned.Load() {
		packet, err := c.receive()
		if err != nil {
			c.end(err, true)
			return
		}
		// Held by whoever stopped the reading.
		c.reading.Lock()
		c.reading.Unlock() //nolint:staticcheck // A gate, not a section.
		c.take(packet)
	}
}

func (c *Client) take(packet []byte) {
	switch {
	case len(packet) == 0 || c.abandoned.Load():
	case packet[0] == '2':
		_ = c.send([]byte("3"))
	case bytes.HasPrefix(packet, []byte(eventPrefix)):
		// One event may carry several messages, to be taken in order.
		for body := range objects(packet[len(eventPrefix):]) {
			if kind, ok := kindOf(body); ok && c.handlers.Message != nil {
				c.handlers.Message(kind, body)
			}
		}
	case bytes.HasPrefix(packet, []byte(answerPrefix)):
		c.answer(packet[len(answerPrefix):])
	case bytes.HasPrefix(packet, []byte("41")):
		c.end(errors.New("the server ended the connection"), true)
	}
}

func (c *Client) answer(rest []byte) {
	start := bytes.IndexByte(rest, '[')
	if start < 0 {
		return
	}
	number, err := strconv.Atoi(string(rest[:start]))
	if err != nil {
		return
	}
	c.mu.Lock()
	waiting := c.waiting[number]
	delete(c.waiting, number)
	c.mu.Unlock()
	if waiting != nil {
		waiting <- bytes.Clone(rest[start:])
	}
}

// objects gives each object of a list of JSON objects, the list's end included or not. What is not whole is left out.
func objects(list []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		depth, start := 0, 0
		inText, escaped := false, false
		for i, b := range list {
			switch {
			case escaped:
				escaped = false
			case inText:
				escaped = b == '\\'
				inText = b != '"'
			case b == '"':
				inText = true
			case b == '{' || b == '[':
				if depth == 0 {
					start = i
				}
				depth++
			case b == '}' || b == ']':
				depth--
				if depth < 0 || (depth == 0 && !yield(list[start:i+1])) {
					return
				}
			}
		}
	}
}

// kindOf reads the type, which the server writes first, without decoding the rest.
func kindOf(body []byte) (string, bool) {
	const prefix = `{"type":"`
	if !bytes.HasPrefix(body, []byte(prefix)) {
		return "", false
	}
	rest := body[len(prefix):]
	end := bytes.IndexByte(rest, '"')
	if end < 0 {
		return "", false
	}
	return string(rest[:end]), true
}

func (c *Client) receive() ([]byte, error) {
	_, packet, err := c.socket.ReadMessage()
	if err != nil {
		return nil, err
	}
	if c.traffic != nil {
		c.traffic.Received.Add(uint64(len(packet)))
		c.traffic.Messages.Add(1)
	}
	return packet, nil
}

func (c *Client) send(frame []byte) error {
	c.write.Lock()
	defer c.write.Unlock()
	_ = c.socket.SetWriteDeadline(time.Now().Add(writeWithin))
	if c.traffic != nil {
		c.traffic.Sent.Add(uint64(len(frame)))
	}
	return c.socket.WriteMessage(websocket.TextMessage, frame)
}

func (c *Client) end(err error, tell bool) {
	c.closing.Do(func() {
		c.mu.Lock()
		c.ended = true
		c.mu.Unlock()
		close(c.gone)
		_ = c.socket.Close()
		if tell && c.handlers.Closed != nil {
			c.handlers.Closed(err)
		}
	})
}
