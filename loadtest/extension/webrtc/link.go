package webrtc

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/rtp"
	"github.com/pion/sctp"
)

const (
	packetBytes = 1500
	// A receive buffer that holds what arrives while the process is busy with others: 2,000 of them are 128 MB at most, of the kernel.
	receiveBufferBytes = 64 * 1024
)

// ErrClosed is given by whatever waits on a link that is closed, here or by the server.
var ErrClosed = errors.New("the transport is closed")

// Handlers of what arrives are called one after the other by whoever reads the link and many others; they must not wait nor keep what they are given.
type Handlers struct {
	// RTP is called with each packet that decrypts.
	RTP func(header *rtp.Header, payload []byte, arrived time.Time)
	// RTCP is called with each compound packet that decrypts.
	RTCP func(packet []byte, arrived time.Time)
	// Closed is called once, when the server ends the link or consent runs out; not after Close.
	Closed func()
}

// Link is one transport to the server.
type Link struct {
	options  Options
	cert     *Certificate
	handlers Handlers
	remote   *net.UDPAddr

	socket atomic.Pointer[socket]
	ice    *checker
	dtls   *dtlsPipe
	media  media

	// What `shut` has to close; under the lock, since it is made while the link may be closed already.
	holding     sync.Mutex
	association *sctp.Association
	secured     *dtls.Conn

	refused  atomic.Uint64
	closing  sync.Once
	closed   chan struct{}
	expected atomic.Bool
	ready    atomic.Bool
}

// Open makes the link's socket. `Connect` does the rest.
func Open(options Options, cert *Certificate, handlers Handlers) (*Link, error) {
	remote, err := options.remote()
	if err != nil {
		return nil, err
	}
	l := &Link{
		options:  options,
		cert:     cert,
		handlers: handlers,
		remote:   remote,
		closed:   make(chan struct{}),
	}
	l.dtls = newDTLSPipe(l)
	l.ice = newChecker(options.ICEParameters, l.send, l.ended)
	if err := l.bind(nil); err != nil {
		return nil, err
	}
	return l, nil
}

// Connect proves the path and does the DTLS handshake; a link with SCTP then opens its association. `phase` is told when each step is done
// ("ice", "dtls", "sctp"). The error names the step that failed.
func (l *Link) Connect(ctx context.Context, phase func(name string)) error {
	select {
	case <-l.ice.start():
	case <-l.closed:
		return ErrClosed
	case <-ctx.Done():
		return fmt.Errorf("ice: %w", ctx.Err())
	}
	phase("ice")
	if err := l.handshake(ctx); err != nil {
		return fmt.Errorf("dtls: %w", err)
	}
	phase("dtls")
	if l.options.SCTPParameters != nil {
		if err := l.associate(ctx); err != nil {
			return fmt.Errorf("sctp: %w", err)
		}
		phase("sctp")
	}
	l.ready.Store(true)
	return nil
}

// RestartICE proves the path with new credentials of the server; ctx bounds the wait.
func (l *Link) RestartICE(ctx context.Context, remote ICEParameters) error {
	select {
	case <-l.ice.restart(remote):
		return nil
	case <-l.closed:
		return ErrClosed
	case <-ctx.Done():
		return fmt.Errorf("ice: %w", ctx.Err())
	}
}

// Move goes on from another address of this machine, as a device does that changes its network: another port, and on loopback another host
// too. Nothing arrives until the server hears of it by RestartICE.
func (l *Link) Move() error {
	before := l.socket.Load()
	var from *net.UDPAddr
	if l.remote.IP.IsLoopback() && l.remote.IP.To4() != nil {
		from = &net.UDPAddr{IP: net.IPv4(127, 0, byte(rand.IntN(250)), byte(2+rand.IntN(250)))}
	}
	if err := l.bind(from); err != nil {
		return err
	}
	before.Close()
	return nil
}

// ServerPort is the UDP port of the server that the link leads to, whatever stands between; zero where there is none.
func (l *Link) ServerPort() int { return l.options.serverPort() }

// Connected is true once the path and the keys stood, until the link is closed.
func (l *Link) Connected() bool {
	select {
	case <-l.closed:
		return false
	default:
	}
	return l.ready.Load()
}

// RoundTrip is what the last answer of ICE took, as a browser measures it; zero before the first.
func (l *Link) RoundTrip() time.Duration { return l.ice.roundTrip() }

// Refused counts packets that did not decrypt or fit no protocol.
func (l *Link) Refused() uint64 { return l.refused.Load() }

// Close lets go of the link. The server hears of it by DTLS where the link still keeps that, else by signalling.
func (l *Link) Close() {
	l.expected.Store(true)
	l.shut()
}

// Raw sends bytes past every protocol, for those who try what garbage does.
func (l *Link) Raw(packet []byte) error { return l.send(packet) }

func (l *Link) ended() {
	if l.expected.Swap(true) {
		return
	}
	// Not by whoever reads: closing may wait for others.
	go func() {
		l.shut()
		if l.handlers.Closed != nil {
			l.handlers.Closed()
		}
	}()
}

func (l *Link) shut() {
	l.closing.Do(func() {
		close(l.closed)
		l.ice.close()
		l.holding.Lock()
		association, secured := l.association, l.secured
		l.holding.Unlock()
		if association != nil {
			_ = association.Close()
		}
		if secured != nil {
			_ = secured.Close()
		}
		l.dtls.detach()
		l.socket.Load().Close()
	})
}

// hold keeps what the link has to close one day; false when it is closed already.
func (l *Link) hold(keep func()) bool {
	l.holding.Lock()
	defer l.holding.Unlock()
	select {
	case <-l.closed:
		return false
	default:
		keep()
		return true
	}
}

func (l *Link) bind(from *net.UDPAddr) error {
	made, err := dialSocket(from, l.remote, l.take)
	if err != nil {
		return err
	}
	if !l.hold(func() { l.socket.Store(made) }) {
		made.Close()
		return ErrClosed
	}
	return nil
}

func (l *Link) send(packet []byte) error {
	return l.socket.Load().Write(packet)
}

// take sorts one packet by its first byte (RFC 7983).
func (l *Link) take(packet []byte) {
	if len(packet) < 2 {
		return
	}
	switch first := packet[0]; {
	case first >= 128 && first <= 191:
		l.takeMedia(packet)
	case first >= 20 && first <= 63:
		l.dtls.deliver(packet)
	case first <= 3:
		if l.ice.answer(packet) != nil {
			l.refused.Add(1)
		}
	default:
		l.refused.Add(1)
	}
}
