// Package signalling is the participant's side of docs/protocol.md: socket.io 4 over one WebSocket, with as little kept for
// each participant as can be.
package signalling

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

const (
	answerWithin = 20 * time.Second
	writeWithin  = 10 * time.Second
	bufferBytes  = 1024
	// The framing of an event: 4 is a message of Engine.IO, 2 an event of socket.io.
	eventPrefix  = `42["message",`
	answerPrefix = "43"
)

// Protocol is the version of the protocol that this client speaks.
const Protocol = 1

// Handshake is what a connection says first.
type Handshake struct {
	Protocol   int    `json:"protocol"`
	ClassID    string `json:"classId"`
	SeatID     string `json:"seatId"`
	SeatSecret string `json:"seatSecret"`
	PageID     string `json:"pageId,omitempty"`
}

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
}

var writeBuffers = &sync.Pool{}

// Dial connects and resolves once the server has let the handshake in; its first message follows. A refusal is an *Error.
func Dial(ctx context.Context, origin string, hello Handshake, traffic *Traffic, handlers Handlers) (*Client, error) {
	address, err := addressOf(origin)
	if err != nil {
		return nil, err
	}
	dialer := websocket.Dialer{
		NetDialContext:  (&net.Dialer{Timeout: answerWithin}).DialContext,
		ReadBufferSize:  bufferBytes,
		WriteBufferSize: bufferBytes,
		WriteBufferPool: writeBuffers,
	}
	socket, response, err := dialer.DialContext(ctx, address, http.Header{"Origin": {origin}})
	if err != nil {
		if response != nil {
			return nil, fmt.Errorf("%w (HTTP %d)", err, response.StatusCode)
		}
		return nil, err
	}
	c := &Client{
		socket:   socket,
		handlers: handlers,
		traffic:  traffic,
		waiting:  map[int]chan []byte{},
		gone:     make(chan struct{}),
	}
	stop := context.AfterFunc(ctx, func() { _ = socket.Close() })
	defer stop()
	if err := c.enter(hello); err != nil {
		_ = socket.Close()
		return nil, err
	}
	go c.read()
	return c, nil
}

func addressOf(origin string) (string, error) {
	parsed, err := url.Parse(origin)
	if err != nil {
		return "", err
	}
	parsed.Scheme = strings.Replace(parsed.Scheme, "http", "ws", 1)
	parsed.Path = "/signal/"
	parsed.RawQuery = "EIO=4&transport=websocket"
	return parsed.String(), nil
}

// enter does Engine.IO's opening and socket.io's connection to the default namespace.
func (c *Client) enter(hello Handshake) error {
	packet, err := c.receive()
	if err != nil {
		return err
	}
	if len(packet) == 0 || packet[0] != '0' {
		return fmt.Errorf("not an Engine.IO opening: %.80q", packet)
	}
	auth, err := json.Marshal(hello)
	if err != nil {
		return err
	}
	if err := c.send(append([]byte("40"), auth...)); err != nil {
		return err
	}
	for {
		packet, err = c.receive()
		if err != nil {
			return err
		}
		switch {
		case bytes.HasPrefix(packet, []byte("40")):
			return nil
		case bytes.HasPrefix(packet, []byte("44")):
			return refusal(packet[2:])
		case len(packet) > 0 && packet[0] == '2':
			if err := c.send([]byte("3")); err != nil {
				return err
			}
		}
	}
}

func refusal(raw []byte) error {
	var connectError struct {
		Message string `json:"message"`
		Data    *Error `json:"data"`
	}
	if err := json.Unmarshal(raw, &connectError); err != nil {
		return fmt.Errorf("refused: %s", raw)
	}
	if connectError.Data != nil && connectError.Data.Code != "" {
		return connectError.Data
	}
	return &Error{Code: "refused", Message: connectError.Message}
}

// Request sends one message and decodes its result; a refusal is an *Error.
func (c *Client) Request(ctx context.Context, kind string, body, result any) error {
	payload, err := json.Marshal(map[string]any{"type": kind, "body": body})
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

// Raw sends one text frame past the protocol, for those who try what garbage does.
func (c *Client) Raw(frame []byte) error { return c.send(frame) }

func (c *Client) read() {
	for {
		packet, err := c.receive()
		if err != nil {
			c.end(err, true)
			return
		}
		c.take(packet)
	}
}

func (c *Client) take(packet []byte) {
	switch {
	case len(packet) == 0:
	case packet[0] == '2':
		_ = c.send([]byte("3"))
	case bytes.HasPrefix(packet, []byte(eventPrefix)):
		body := packet[len(eventPrefix) : len(packet)-1]
		if kind, ok := kindOf(body); ok && c.handlers.Message != nil {
			c.handlers.Message(kind, body)
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
