//go:build !linux

package webrtc

import (
	"errors"
	"net"
	"time"
)

// socket is one connected UDP socket, read by a goroutine of its own; on Linux many share a loop.
type socket struct {
	connection *net.UDPConn
	local      *net.UDPAddr
}

func dialSocket(from, remote *net.UDPAddr, take func(packet []byte)) (*socket, error) {
	connection, err := net.DialUDP("udp", from, remote)
	if err != nil {
		return nil, err
	}
	_ = connection.SetReadBuffer(receiveBufferBytes)
	go func() {
		buffer := make([]byte, packetBytes)
		for {
			n, err := connection.Read(buffer)
			switch {
			case err == nil:
				take(buffer[:n])
			case errors.Is(err, net.ErrClosed):
				return
			default:
				// Nobody listens at the port for now: consent finds out.
				time.Sleep(10 * time.Millisecond)
			}
		}
	}()
	return &socket{connection, connection.LocalAddr().(*net.UDPAddr)}, nil
}

// Write sends one packet. What a full buffer or a closed port does not take is lost, as in a network: only a closed socket is an error.
func (s *socket) Write(packet []byte) error {
	if _, err := s.connection.Write(packet); errors.Is(err, net.ErrClosed) {
		return net.ErrClosed
	}
	return nil
}

// Close may be called twice.
func (s *socket) Close() { _ = s.connection.Close() }
