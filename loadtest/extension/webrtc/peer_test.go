package webrtc

import (
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/srtp/v3"
	"github.com/pion/stun/v3"
	"github.com/pion/transport/v4/packetio"
)

// peer is a server's side: ICE lite, DTLS as the server, SRTP. It forgets questions while `deaf`; while `slow` its answer to one question comes once it was
// asked the next, and it answers nothing more.
type peer struct {
	t      *testing.T
	socket *net.UDPConn
	cert   *Certificate
	dtls   *packetio.Buffer

	mu       sync.Mutex
	client   *net.UDPAddr
	password string
	asked    int
	kept     *stun.Message
	deaf     atomic.Bool
	slow     atomic.Bool
}

func newPeer(t *testing.T) *peer {
	t.Helper()
	cert, err := NewCertificate()
	if err != nil {
		t.Fatal(err)
	}
	socket, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	p := &peer{t: t, socket: socket, cert: cert, dtls: packetio.NewBuffer(), password: "a password of the server"}
	t.Cleanup(func() { _ = socket.Close(); _ = p.dtls.Close() })
	go p.read()
	return p
}

func (p *peer) options() Options {
	at := p.socket.LocalAddr().(*net.UDPAddr)
	return Options{
		TransportID:    "t",
		ICEParameters:  ICEParameters{UsernameFragment: "server", Password: p.password},
		ICECandidates:  []ICECandidate{{Address: at.IP.String(), Port: at.Port, Protocol: "udp"}},
		DTLSParameters: DTLSParameters{Fingerprints: []Fingerprint{p.cert.fingerprint}},
	}
}

func (p *peer) read() {
	buffer := make([]byte, 2000)
	for {
		n, from, err := p.socket.ReadFromUDP(buffer)
		if err != nil {
			return
		}
		packet := append([]byte{}, buffer[:n]...)
		switch {
		case packet[0] < 4:
			p.answer(packet, from)
		case packet[0] >= 20 && packet[0] < 64:
			_, _ = p.dtls.Write(packet)
		}
	}
}

func (p *peer) answer(packet []byte, from *net.UDPAddr) {
	question := &stun.Message{Raw: packet}
	if question.Decode() != nil {
		return
	}
	p.mu.Lock()
	p.asked++
	asked, password := p.asked, p.password
	p.mu.Unlock()
	if p.deaf.Load() || stun.NewShortTermIntegrity(password).Check(question) != nil {
		return
	}
	answer, err := stun.Build(stun.NewTransactionIDSetter(question.TransactionID), stun.BindingSuccess,
		&stun.XORMappedAddress{IP: from.IP, Port: from.Port}, stun.NewShortTermIntegrity(password), stun.Fingerprint)
	if err != nil {
		return
	}
	if p.slow.Load() {
		first := p.kept
		p.kept = answer
		if asked != 2 {
			return
		}
		answer = first
	}
	p.mu.Lock()
	p.client = from
	p.mu.Unlock()
	_, _ = p.socket.WriteToUDP(answer.Raw, from)
}

func (p *peer) send(packet []byte) {
	p.mu.Lock()
	to := p.client
	p.mu.Unlock()
	_, _ = p.socket.WriteToUDP(packet, to)
}

// The connection as DTLS sees it.
func (p *peer) ReadFrom(b []byte) (int, net.Addr, error) {
	n, err := p.dtls.Read(b)
	return n, p.socket.LocalAddr(), err
}
func (p *peer) WriteTo(b []byte, _ net.Addr) (int, error) { p.send(b); return len(b), nil }
func (p *peer) Close() error                              { return nil }
func (p *peer) LocalAddr() net.Addr                       { return p.socket.LocalAddr() }
func (p *peer) SetDeadline(t time.Time) error             { return p.dtls.SetReadDeadline(t) }
func (p *peer) SetReadDeadline(t time.Time) error         { return p.dtls.SetReadDeadline(t) }
func (p *peer) SetWriteDeadline(time.Time) error          { return nil }

// secure does the server's handshake and gives the context that it encrypts with.
func (p *peer) secure(done chan<- *srtp.Context) {
	conn, err := dtls.ServerWithOptions(p, p.socket.LocalAddr(), dtls.WithCertificates(p.cert.tls),
		dtls.WithInsecureSkipVerify(true), dtls.WithClientAuth(dtls.RequireAnyClientCert),
		dtls.WithSRTPProtectionProfiles(dtls.SRTP_AEAD_AES_128_GCM), dtls.WithExtendedMasterSecret(dtls.RequireExtendedMasterSecret))
	if err == nil {
		err = conn.HandshakeContext(p.t.Context())
	}
	if err != nil {
		p.t.Error(err)
		close(done)
		return
	}
	state, _ := conn.ConnectionState()
	config := srtp.Config{Profile: srtp.ProtectionProfileAeadAes128Gcm}
	if err := config.ExtractSessionKeysFromDTLS(&state, false); err != nil {
		p.t.Error(err)
	}
	writing, err := srtp.CreateContext(config.Keys.LocalMasterKey, config.Keys.LocalMasterSalt, config.Profile)
	if err != nil {
		p.t.Error(err)
	}
	done <- writing
}
