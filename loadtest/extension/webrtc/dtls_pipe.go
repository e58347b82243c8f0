package webrtc

import (
	"net"
	"sync/atomic"
	"time"

	"github.com/pion/transport/v4/packetio"
)

// Content type of a DTLS alert (RFC 6347). After the handshake a server sends one thing unasked: that it closes.
const dtlsAlert = 21

// dtlsPipe is the connection as DTLS sees it: what the link's socket sorts out as DTLS. Once detached it carries nothing and
// an alert of the server ends the link.
type dtlsPipe struct {
	link     *Link
	incoming *packetio.Buffer
	detached atomic.Bool
}

func newDTLSPipe(link *Link) *dtlsPipe {
	return &dtlsPipe{link: link, incoming: packetio.NewBuffer()}
}

func (p *dtlsPipe) deliver(packet []byte) {
	if p.detached.Load() {
		if packet[0] == dtlsAlert {
			p.link.ended()
		}
		return
	}
	_, _ = p.incoming.Write(packet)
}

func (p *dtlsPipe) detach() {
	if !p.detached.Swap(true) {
		_ = p.incoming.Close()
	}
}

// ReadFrom gives the next DTLS packet.
func (p *dtlsPipe) ReadFrom(buffer []byte) (int, net.Addr, error) {
	n, err := p.incoming.Read(buffer)
	return n, p.link.remote, err
}

// WriteTo sends one DTLS packet; what a detached pipe is given goes nowhere.
func (p *dtlsPipe) WriteTo(packet []byte, _ net.Addr) (int, error) {
	if p.detached.Load() {
		return len(packet), nil
	}
	return len(packet), p.link.send(packet)
}

// Close is the link's business: DTLS closes when the link lets go of it.
func (p *dtlsPipe) Close() error { return p.incoming.Close() }

// LocalAddr is the address of the link's socket now.
func (p *dtlsPipe) LocalAddr() net.Addr { return p.link.socket.Load().local }

// SetDeadline bounds reads alone: a UDP write does not wait.
func (p *dtlsPipe) SetDeadline(t time.Time) error { return p.incoming.SetReadDeadline(t) }

// SetReadDeadline bounds reads.
func (p *dtlsPipe) SetReadDeadline(t time.Time) error { return p.incoming.SetReadDeadline(t) }

// SetWriteDeadline does nothing: a UDP write does not wait.
func (p *dtlsPipe) SetWriteDeadline(time.Time) error { return nil }
