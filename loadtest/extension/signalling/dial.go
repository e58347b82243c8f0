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
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/gorilla/websocket"
)

// Handshake is what a connection says first.
type Handshake struct {
	Protocol   int    `json:"protocol"`
	ClassID    string `json:"classId"`
	SeatID     string `json:"seatId"`
	SeatSecret string `json:"seatSecret"`
	PageID     string `json:"pageId,omitempty"`
}

// Settings of a connection; the zero value is that of a browser.
type Settings struct {
	// ReadsSlowly makes the kernel keep next to nothing of what was not read yet, on both sides: small windows and small segments, as over a bad
	// network. Loopback would hide megabytes.
	ReadsSlowly bool
}

const (
	// Of TCP alone.
	dialWithin = 20 * time.Second
	// About the least that Linux makes a receive buffer of, and the segments that any network carries.
	slowReceiveBytes = 2048
	slowSegmentBytes = 536
)

var writeBuffers = &sync.Pool{}

// Dial connects and resolves once the server has let the handshake in; its first message follows. A refusal is an *Error.
func Dial(ctx context.Context, origin string, hello Handshake, traffic *Traffic, settings Settings, handlers Handlers) (*Client, error) {
	socket, err := open(ctx, origin, settings)
	if err != nil {
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

func open(ctx context.Context, origin string, settings Settings) (*websocket.Conn, error) {
	address, err := addressOf(origin)
	if err != nil {
		return nil, err
	}
	network := net.Dialer{Timeout: dialWithin}
	if settings.ReadsSlowly {
		network.Control = readSlowly
	}
	dialer := websocket.Dialer{
		NetDialContext:  network.DialContext,
		ReadBufferSize:  bufferBytes,
		WriteBufferSize: bufferBytes,
		WriteBufferPool: writeBuffers,
	}
	socket, response, err := dialer.DialContext(ctx, address, http.Header{"Origin": {origin}})
	if err != nil && response != nil {
		return nil, fmt.Errorf("%w (HTTP %d)", err, response.StatusCode)
	}
	return socket, err
}

// readSlowly is set before the connection is made, for windows and segments are agreed on then.
func readSlowly(_, _ string, raw syscall.RawConn) error {
	var buffer, segment error
	err := raw.Control(func(fd uintptr) {
		buffer = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, slowReceiveBytes)
		segment = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_MAXSEG, slowSegmentBytes)
	})
	return errors.Join(err, buffer, segment)
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
