package webrtc

import (
	"context"
	"crypto/rand"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
	"github.com/pion/stun/v3"
	"github.com/pion/transport/v4/packetio"
)

// peer is a server's side: ICE lite, DTLS as the server, SRTP. It forgets questions while `deaf`, and answers after `delay`.
type peer struct {
	t      *testing.T
	socket *net.UDPConn
	cert   *Certificate
	dtls   *packetio.Buffer

	mu       sync.Mutex
	client   *net.UDPAddr
	password string
	asked    map[[stun.TransactionIDSize]byte]int
	deaf     atomic.Bool
	delay    atomic.Int64
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
	p := &peer{t: t, socket: socket, cert: cert, dtls: packetio.NewBuffer(), password: "a password of the server", asked: map[[12]byte]int{}}
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
	p.asked[question.TransactionID]++
	password := p.password
	p.mu.Unlock()
	if p.deaf.Load() || stun.NewShortTermIntegrity(password).Check(question) != nil {
		return
	}
	answer, err := stun.Build(stun.NewTransactionIDSetter(question.TransactionID), stun.BindingSuccess,
		&stun.XORMappedAddress{IP: from.IP, Port: from.Port}, stun.NewShortTermIntegrity(password), stun.Fingerprint)
	if err != nil {
		return
	}
	time.AfterFunc(time.Duration(p.delay.Load()), func() {
		p.mu.Lock()
		p.client = from
		p.mu.Unlock()
		_, _ = p.socket.WriteToUDP(answer.Raw, from)
	})
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

func opened(t *testing.T, options Options, handlers Handlers) *Link {
	t.Helper()
	cert, err := NewCertificate()
	if err != nil {
		t.Fatal(err)
	}
	link, err := Open(options, cert, handlers)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(link.Close)
	return link
}

// padded is a packet whose header extensions have padding between them, as servers leave it that rewrite one.
func padded(t *testing.T, payload []byte) []byte {
	t.Helper()
	packet := []byte{0x90, 111, 0, 7, 0, 0, 0, 1, 0, 0, 0, 9, 0xbe, 0xde, 0, 2, 0x10, 'a', 0, 0, 0x50, 'b', 0, 0}
	header := &rtp.Header{}
	if n, err := header.Unmarshal(packet); err != nil || n != len(packet) || header.MarshalSize() == n {
		t.Fatalf("%d %v: the header is not as it is meant", n, err)
	}
	return append(packet, payload...)
}

func TestALinkConnectsReceivesAndMovesToAnotherAddress(t *testing.T) {
	p := newPeer(t)
	payloads := make(chan string, 10)
	link := opened(t, p.options(), Handlers{RTP: func(_ *rtp.Header, payload []byte, _ time.Time) { payloads <- string(payload) }})
	secured := make(chan *srtp.Context, 1)
	go p.secure(secured)
	phases := []string{}
	if err := link.Connect(t.Context(), func(name string) { phases = append(phases, name) }); err != nil {
		t.Fatal(err)
	}
	writing := <-secured
	if !link.Connected() || len(phases) != 2 || link.RoundTrip() <= 0 {
		t.Errorf("connected %v, phases %v, round trip %s", link.Connected(), phases, link.RoundTrip())
	}
	sealed, err := writing.EncryptRTP(nil, padded(t, []byte("hello")), nil)
	if err != nil {
		t.Fatal(err)
	}
	p.send(sealed)
	if got := <-payloads; got != "hello" {
		t.Errorf("received %q", got)
	}
	before := link.socket.Load().local.String()
	if err := link.Move(); err != nil {
		t.Fatal(err)
	}
	p.mu.Lock()
	p.password = "another password"
	p.mu.Unlock()
	if err := link.RestartICE(t.Context(), ICEParameters{UsernameFragment: "again", Password: "another password"}); err != nil {
		t.Fatal(err)
	}
	p.mu.Lock()
	now := p.client.String()
	p.mu.Unlock()
	if now == before {
		t.Errorf("still at %s", now)
	}
	p.send([]byte{128, 111, 1, 2, 3})
	for end := time.Now().Add(2 * time.Second); link.Refused() == 0 && time.Now().Before(end); time.Sleep(time.Millisecond) {
	}
	if link.Refused() != 1 {
		t.Errorf("refused %d packets that do not decrypt", link.Refused())
	}
}

func TestAnAnswerThatTakesLongerThanTheNextQuestionIsAnAnswer(t *testing.T) {
	p := newPeer(t)
	p.delay.Store(int64(250 * time.Millisecond))
	connected := make(chan struct{}, 1)
	link := opened(t, p.options(), Handlers{})
	began := time.Now()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		_ = link.Connect(ctx, func(string) { connected <- struct{}{} })
	}()
	<-connected
	if took := time.Since(began); took > 320*time.Millisecond {
		t.Errorf("connected after %s", took)
	}
	cancel()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.asked) != 1 {
		t.Errorf("%d questions instead of one that is repeated", len(p.asked))
	}
}

func TestWhoeverWaitsForALinkThatIsClosedGoesOn(t *testing.T) {
	p := newPeer(t)
	p.deaf.Store(true)
	link := opened(t, p.options(), Handlers{Closed: func() { t.Error("told of its own closing") }})
	time.AfterFunc(20*time.Millisecond, link.Close)
	if err := link.Connect(t.Context(), func(string) {}); !errors.Is(err, ErrClosed) {
		t.Errorf("got %v", err)
	}
	link.Close()
	if link.Connected() || link.Move() == nil {
		t.Error("a closed link goes on")
	}
}

func TestALinkToAServerWithAnotherCertificateIsRefused(t *testing.T) {
	p := newPeer(t)
	options := p.options()
	options.DTLSParameters.Fingerprints[0].Value = "00:11"
	link := opened(t, options, Handlers{})
	go func() {
		conn, err := dtls.ServerWithOptions(p, p.socket.LocalAddr(), dtls.WithCertificates(p.cert.tls),
			dtls.WithInsecureSkipVerify(true), dtls.WithClientAuth(dtls.RequireAnyClientCert),
			dtls.WithSRTPProtectionProfiles(dtls.SRTP_AEAD_AES_128_GCM))
		if err == nil {
			_ = conn.HandshakeContext(t.Context())
		}
	}()
	if err := link.Connect(t.Context(), func(string) {}); err == nil {
		t.Error("connected to somebody else")
	}
}

// FuzzTake gives a link whatever comes over the network.
func FuzzTake(f *testing.F) {
	seeds := [][]byte{{}, {0}, {0, 1, 0, 0}, {22, 254, 253}, {21, 0}, {128, 200}, {144, 111, 0, 1}, {255, 255}}
	random := make([]byte, 100)
	_, _ = rand.Read(random)
	for _, seed := range append(seeds, random) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, packet []byte) {
		p := newPeer(t)
		opened(t, p.options(), Handlers{}).take(packet)
	})
}
