package webrtc

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/rtp"
	"github.com/pion/sctp"
	"github.com/pion/srtp/v3"
)

const (
	packetBytes = 1500
	// A receive buffer that holds what arrives while the process is busy with others: 2,000 of them are 128 MB at most, of the kernel.
	receiveBufferBytes = 64 * 1024
)

// ErrClosed is given by whatever waits on a link that is closed, here or by the server.
var ErrClosed = errors.New("the transport is closed")

// Handlers are called from the link's own reading goroutine; they must not block nor keep what they are given.
type Handlers struct {
	// RTP is called with each packet that decrypts.
	RTP func(header *rtp.Header, payload []byte, arrived time.Time)
	// RTCP is called with each compound packet that decrypts.
	RTCP func(packet []byte)
	// Closed is called once, when the server ends the link or consent runs out; not after Close.
	Closed func()
}

// Link is one transport to the server.
type Link struct {
	options  Options
	cert     *Certificate
	handlers Handlers
	remote   *net.UDPAddr

	socket atomic.Pointer[net.UDPConn]
	ice    *checker
	dtls   *dtlsPipe

	// Set once DTLS is done.
	reading *srtp.Context
	writing *srtp.Context
	write   sync.Mutex
	keyed   chan struct{}

	association *sctp.Association
	secured     *dtls.Conn

	header  rtp.Header
	plain   []byte
	refused atomic.Uint64

	closing  sync.Once
	closed   chan struct{}
	expected atomic.Bool
	ready    atomic.Bool
}

// Open makes the link's socket and begins ICE. `Connect` does the rest.
func Open(options Options, cert *Certificate, handlers Handlers) (*Link, error) {
	remote, err := udpAddress(options.ICECandidates)
	if err != nil {
		return nil, err
	}
	l := &Link{
		options:  options,
		cert:     cert,
		handlers: handlers,
		remote:   remote,
		keyed:    make(chan struct{}),
		closed:   make(chan struct{}),
	}
	l.dtls = newDTLSPipe(l)
	l.ice = newChecker(options.ICEParameters, l.send, l.ended)
	if err := l.bind(); err != nil {
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
	l.ready.Store(true)
	if l.options.SCTPParameters == nil {
		return nil
	}
	if err := l.associate(ctx); err != nil {
		return fmt.Errorf("sctp: %w", err)
	}
	phase("sctp")
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

// Move goes on from another address of this machine, as a device does that changes its network. The server hears of it by RestartICE.
func (l *Link) Move() error {
	before := l.socket.Load()
	if err := l.bind(); err != nil {
		return err
	}
	return before.Close()
}

// Connected is true once the path and the keys stood, until the link is closed.
func (l *Link) Connected() bool {
	select {
	case <-l.closed:
		return false
	default:
	}
	return l.ready.Load()
}

// Refused counts packets that did not decrypt or fit no protocol.
func (l *Link) Refused() uint64 { return l.refused.Load() }

// WriteRTP encrypts and sends one packet. The header's marshalled form and the payload are copied.
func (l *Link) WriteRTP(header *rtp.Header, payload []byte) error {
	l.write.Lock()
	defer l.write.Unlock()
	if l.writing == nil {
		return ErrClosed
	}
	var plain [packetBytes]byte
	n, err := header.MarshalTo(plain[:])
	if err != nil {
		return err
	}
	n += copy(plain[n:], payload)
	sealed, err := l.writing.EncryptRTP(nil, plain[:n], header)
	if err != nil {
		return err
	}
	return l.send(sealed)
}

// WriteRTCP encrypts and sends one compound packet.
func (l *Link) WriteRTCP(packet []byte) error {
	l.write.Lock()
	defer l.write.Unlock()
	if l.writing == nil {
		return ErrClosed
	}
	sealed, err := l.writing.EncryptRTCP(nil, packet, nil)
	if err != nil {
		return err
	}
	return l.send(sealed)
}

// OpenChannel opens a negotiated, unordered and reliable data channel on this stream.
func (l *Link) OpenChannel(streamID uint16) (*Channel, error) {
	if l.association == nil {
		return nil, ErrClosed
	}
	stream, err := l.association.OpenStream(streamID, sctp.PayloadTypeWebRTCBinary)
	if err != nil {
		return nil, err
	}
	stream.SetReliabilityParams(true, sctp.ReliabilityTypeReliable, 0)
	return &Channel{stream: stream}, nil
}

// Close lets go of the link. The server hears of it by DTLS where the link still keeps that, else by signalling.
func (l *Link) Close() {
	l.expected.Store(true)
	l.shut()
}

// Channel is one data channel.
type Channel struct{ stream *sctp.Stream }

// Send sends one binary message.
func (c *Channel) Send(message []byte) error {
	_, err := c.stream.WriteSCTP(message, sctp.PayloadTypeWebRTCBinary)
	return err
}

// Raw sends bytes past every protocol, for those who try what garbage does.
func (l *Link) Raw(packet []byte) error { return l.send(packet) }

func (l *Link) ended() {
	if l.expected.Swap(true) {
		return
	}
	l.shut()
	if l.handlers.Closed != nil {
		l.handlers.Closed()
	}
}

func (l *Link) shut() {
	l.closing.Do(func() {
		close(l.closed)
		l.ice.close()
		if l.association != nil {
			_ = l.association.Close()
		}
		if l.secured != nil {
			_ = l.secured.Close()
		}
		l.dtls.detach()
		if socket := l.socket.Load(); socket != nil {
			_ = socket.Close()
		}
	})
}

func (l *Link) bind() error {
	socket, err := net.DialUDP("udp", nil, l.remote)
	if err != nil {
		return err
	}
	_ = socket.SetReadBuffer(receiveBufferBytes)
	l.socket.Store(socket)
	go l.read(socket)
	return nil
}

func (l *Link) send(packet []byte) error {
	_, err := l.socket.Load().Write(packet)
	return err
}

func (l *Link) read(socket *net.UDPConn) {
	buffer := make([]byte, packetBytes)
	for {
		n, err := socket.Read(buffer)
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			// Nobody listens at the port for now: consent finds out.
			select {
			case <-l.closed:
				return
			case <-time.After(10 * time.Millisecond):
			}
			continue
		}
		l.take(buffer[:n])
	}
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

func (l *Link) takeMedia(packet []byte) {
	select {
	case <-l.keyed:
	default:
		return
	}
	// RTCP packet types lie in 192 to 223 (RFC 5761).
	if kind := packet[1]; kind >= 192 && kind <= 223 {
		plain, err := l.reading.DecryptRTCP(nil, packet, nil)
		if err != nil {
			l.refused.Add(1)
		} else if l.handlers.RTCP != nil {
			l.handlers.RTCP(plain)
		}
		return
	}
	arrived := time.Now()
	l.header.Extensions = l.header.Extensions[:0]
	plain, err := l.reading.DecryptRTP(l.plain[:0], packet, &l.header)
	if err != nil {
		l.refused.Add(1)
		return
	}
	l.plain = plain
	if l.handlers.RTP != nil {
		l.handlers.RTP(&l.header, plain[l.header.MarshalSize():], arrived)
	}
}

func (l *Link) handshake(ctx context.Context) error {
	conn, err := dtls.ClientWithOptions(l.dtls, l.remote,
		dtls.WithCertificates(l.cert.tls),
		dtls.WithInsecureSkipVerify(true),
		dtls.WithVerifyPeerCertificate(l.verify),
		dtls.WithSRTPProtectionProfiles(
			dtls.SRTP_AEAD_AES_256_GCM, dtls.SRTP_AEAD_AES_128_GCM, dtls.SRTP_AES128_CM_HMAC_SHA1_80),
		dtls.WithExtendedMasterSecret(dtls.RequireExtendedMasterSecret),
		dtls.WithMTU(1200),
		dtls.WithReplayProtectionWindow(64),
	)
	if err != nil {
		return err
	}
	if err := conn.HandshakeContext(ctx); err != nil {
		l.dtls.detach()
		_ = conn.Close()
		return err
	}
	if l.options.SCTPParameters != nil {
		l.secured = conn
		return nil
	}
	if err := l.takeKeys(conn); err != nil {
		return err
	}
	// The keys are all that media need of DTLS. What it keeps is let go; only its alert matters from here on.
	l.dtls.detach()
	_ = conn.Close()
	return nil
}

func (l *Link) takeKeys(conn *dtls.Conn) error {
	profile, ok := conn.SelectedSRTPProtectionProfile()
	if !ok {
		return errors.New("the server chose no SRTP profile")
	}
	state, ok := conn.ConnectionState()
	if !ok {
		return ErrClosed
	}
	config := srtp.Config{Profile: srtp.ProtectionProfile(profile)}
	if err := config.ExtractSessionKeysFromDTLS(&state, true); err != nil {
		return err
	}
	keys := config.Keys
	reading, err := srtp.CreateContext(keys.RemoteMasterKey, keys.RemoteMasterSalt, config.Profile)
	if err != nil {
		return err
	}
	writing, err := srtp.CreateContext(keys.LocalMasterKey, keys.LocalMasterSalt, config.Profile)
	if err != nil {
		return err
	}
	l.write.Lock()
	l.writing = writing
	l.write.Unlock()
	l.reading = reading
	close(l.keyed)
	return nil
}

func (l *Link) verify(raw [][]byte, _ [][]*x509.Certificate) error {
	for _, wanted := range l.options.DTLSParameters.Fingerprints {
		if strings.EqualFold(wanted.Algorithm, "sha-256") && len(raw) > 0 && strings.EqualFold(wanted.Value, fingerprintOf(raw[0])) {
			return nil
		}
	}
	return errors.New("the server's certificate is not the one that signalling named")
}

func (l *Link) associate(ctx context.Context) error {
	type result struct {
		association *sctp.Association
		err         error
	}
	done := make(chan result, 1)
	go func() {
		association, err := sctp.Client(sctp.Config{
			NetConn:              l.secured,
			MaxReceiveBufferSize: 16 * 1024,
			MaxMessageSize:       1024,
			LoggerFactory:        silent{},
		})
		done <- result{association, err}
	}()
	select {
	case got := <-done:
		l.association = got.association
		return got.err
	case <-l.closed:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

func udpAddress(candidates []ICECandidate) (*net.UDPAddr, error) {
	for _, candidate := range candidates {
		if candidate.Protocol == "udp" {
			return net.ResolveUDPAddr("udp", net.JoinHostPort(candidate.Address, fmt.Sprint(candidate.Port)))
		}
	}
	return nil, errors.New("the server names no UDP candidate")
}
