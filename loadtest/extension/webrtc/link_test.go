package webrtc

import (
	"context"
	"crypto/rand"
	"errors"
	"net"
	"testing"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
)

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
	p.slow.Store(true)
	link := opened(t, p.options(), Handlers{})
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	// Nobody does the other side of the handshake that follows.
	_ = link.Connect(ctx, func(string) { cancel() })
	if !errors.Is(ctx.Err(), context.Canceled) {
		t.Error("what was asked first is not taken for answered")
	}
}

func TestAServerThatIsAwayForAMomentIsNoErrorToWhoSends(t *testing.T) {
	gone, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	at := gone.LocalAddr().(*net.UDPAddr)
	_ = gone.Close()
	link := opened(t, Options{ICECandidates: []ICECandidate{{Address: at.IP.String(), Port: at.Port, Protocol: "udp"}}}, Handlers{})
	for range 20 {
		if err := link.Raw([]byte("to a closed port")); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Millisecond)
	}
	link.Close()
	if link.Raw([]byte("over a closed socket")) == nil {
		t.Error("a closed socket sends")
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
