package webrtc

import (
	"context"

	"github.com/pion/sctp"
)

// Channel is one data channel.
type Channel struct{ stream *sctp.Stream }

// Send sends one binary message; it does not wait for the network.
func (c *Channel) Send(message []byte) error {
	_, err := c.stream.WriteSCTP(message, sctp.PayloadTypeWebRTCBinary)
	return err
}

// OpenChannel opens a negotiated, unordered and reliable data channel on this stream.
func (l *Link) OpenChannel(streamID uint16) (*Channel, error) {
	l.holding.Lock()
	association := l.association
	l.holding.Unlock()
	if association == nil {
		return nil, ErrClosed
	}
	stream, err := association.OpenStream(streamID, sctp.PayloadTypeWebRTCBinary)
	if err != nil {
		return nil, err
	}
	stream.SetReliabilityParams(true, sctp.ReliabilityTypeReliable, 0)
	return &Channel{stream: stream}, nil
}

// WriteDTLS sends bytes as they are inside the link's DTLS, where SCTP would be: for those who try what garbage does.
func (l *Link) WriteDTLS(bytes []byte) error {
	l.holding.Lock()
	secured := l.secured
	l.holding.Unlock()
	if secured == nil {
		return ErrClosed
	}
	_, err := secured.Write(bytes)
	return err
}

func (l *Link) associate(ctx context.Context) error {
	type result struct {
		association *sctp.Association
		err         error
	}
	secured := l.secured
	done := make(chan result, 1)
	go func() {
		association, err := sctp.Client(sctp.Config{
			NetConn:              secured,
			MaxReceiveBufferSize: 16 * 1024,
			MaxMessageSize:       1024,
			LoggerFactory:        silent{},
		})
		done <- result{association, err}
	}()
	select {
	case got := <-done:
		if got.err == nil && !l.hold(func() { l.association = got.association }) {
			_ = got.association.Close()
			return ErrClosed
		}
		return got.err
	case <-l.closed:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}
