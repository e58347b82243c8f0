package webrtc

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"sync"
	"time"

	"github.com/pion/stun/v3"
)

const (
	// First wait for an answer; doubled each time up to the last (RFC 8445, section 14).
	firstCheckEvery = 100 * time.Millisecond
	lastCheckEvery  = 1600 * time.Millisecond
	// Consent is asked for again and again (RFC 7675); without an answer for as long as the second, the path is dead.
	consentEvery    = 5 * time.Second
	consentLostFrom = 30 * time.Second
	// Type preference of a host candidate, component 1 (RFC 8445, section 5.1.2).
	hostPriority = 126<<24 | 65535<<8 | 255
)

// checker is the controlling side of ICE towards a lite server with one candidate pair: it checks, nominates at once, and
// keeps consent.
type checker struct {
	send func([]byte) error
	lost func()

	mu          sync.Mutex
	localUfrag  string
	tieBreaker  uint64
	remote      ICEParameters
	transaction [stun.TransactionIDSize]byte
	question    []byte
	timer       *time.Timer
	wait        time.Duration
	asked       time.Time
	answered    time.Time
	trip        time.Duration
	connected   chan struct{}
	closed      bool
}

func newChecker(remote ICEParameters, send func([]byte) error, lost func()) *checker {
	var seed [12]byte
	_, _ = rand.Read(seed[:])
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	ufrag := make([]byte, 4)
	for i := range ufrag {
		ufrag[i] = alphabet[seed[i]&63]
	}
	return &checker{
		send:       send,
		lost:       lost,
		localUfrag: string(ufrag),
		tieBreaker: binary.BigEndian.Uint64(seed[4:]),
		remote:     remote,
		connected:  make(chan struct{}),
	}
}

// start begins checking; done is closed once the server has answered.
func (c *checker) start() (done <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answered = time.Now()
	c.begin()
	return c.connected
}

// restart takes new credentials of the server and proves the path again.
func (c *checker) restart(remote ICEParameters) (done <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.remote = remote
	c.connected = make(chan struct{})
	c.begin()
	return c.connected
}

func (c *checker) begin() {
	if c.closed {
		return
	}
	if c.timer != nil {
		c.timer.Stop()
	}
	c.wait = firstCheckEvery
	c.ask()
	c.timer = time.AfterFunc(c.wait, c.tick)
}

func (c *checker) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	if c.timer != nil {
		c.timer.Stop()
	}
}

func (c *checker) tick() {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return
	}
	dead := time.Since(c.answered) > consentLostFrom
	if dead {
		c.closed = true
		c.mu.Unlock()
		c.lost()
		return
	}
	if c.isConnected() {
		c.ask()
	} else {
		// The same question again: an answer that takes longer than this wait is an answer all the same.
		_ = c.send(c.question)
		c.wait = min(2*c.wait, lastCheckEvery)
	}
	c.timer.Reset(c.wait)
	c.mu.Unlock()
}

// roundTrip is that of the last answer; zero before the first.
func (c *checker) roundTrip() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.trip
}

func (c *checker) isConnected() bool {
	select {
	case <-c.connected:
		return true
	default:
		return false
	}
}

// ask sends a nominating binding request. The lock is held.
func (c *checker) ask() {
	_, _ = rand.Read(c.transaction[:])
	message, err := stun.Build(
		stun.NewTransactionIDSetter(c.transaction),
		stun.BindingRequest,
		stun.NewUsername(c.remote.UsernameFragment+":"+c.localUfrag),
		priorityAttribute(hostPriority),
		controllingAttribute(c.tieBreaker),
		useCandidate{},
		stun.NewShortTermIntegrity(c.remote.Password),
		stun.Fingerprint,
	)
	if err == nil {
		c.question = message.Raw
		c.asked = time.Now()
		// A socket that refuses now is asked again.
		_ = c.send(c.question)
	}
}

var errNotOurs = errors.New("a STUN answer to nothing that was asked")

// answer takes a STUN message from the server.
func (c *checker) answer(packet []byte) error {
	message := &stun.Message{Raw: packet}
	if err := message.Decode(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if message.Type != stun.BindingSuccess || message.TransactionID != c.transaction {
		return errNotOurs
	}
	if err := stun.NewShortTermIntegrity(c.remote.Password).Check(message); err != nil {
		return err
	}
	c.answered = time.Now()
	c.trip = c.answered.Sub(c.asked)
	if !c.isConnected() {
		close(c.connected)
		c.wait = consentEvery
		c.timer.Reset(c.wait)
	}
	return nil
}

type priorityAttribute uint32

func (p priorityAttribute) AddTo(m *stun.Message) error {
	var value [4]byte
	binary.BigEndian.PutUint32(value[:], uint32(p))
	m.Add(stun.AttrPriority, value[:])
	return nil
}

type controllingAttribute uint64

func (t controllingAttribute) AddTo(m *stun.Message) error {
	var value [8]byte
	binary.BigEndian.PutUint64(value[:], uint64(t))
	m.Add(stun.AttrICEControlling, value[:])
	return nil
}

type useCandidate struct{}

func (useCandidate) AddTo(m *stun.Message) error {
	m.Add(stun.AttrUseCandidate, nil)
	return nil
}
