package relay

import (
	"errors"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

const (
	packetBytes = 1600
	// As many packets of one direction of one path are under way at most: a second of video of 8 Mbit/s.
	mostUnderWay = 1024
	bufferBytes  = 4 << 20
	// A path that carried nothing for this long is forgotten.
	idleFor = 2 * time.Minute
)

// Relay stands in front of one server's UDP port. Every client, by its address, has a path of its own with a port of its own, so that the
// server sees as many addresses as there are clients.
type Relay struct {
	server   *net.UDPAddr
	up, down Conditions
	seed     uint64
	front    *net.UDPConn

	mu     sync.Mutex
	paths  map[netip.AddrPort]*path
	opened uint64
	closed bool

	carried, dropped atomic.Uint64
}

// Listen opens a relay at this address, such as 127.0.0.1:0, towards the server. `up` is the way to the server, `down` the way back.
func Listen(address string, server *net.UDPAddr, up, down Conditions, seed uint64) (*Relay, error) {
	at, err := net.ResolveUDPAddr("udp", address)
	if err != nil {
		return nil, err
	}
	front, err := net.ListenUDP("udp", at)
	if err != nil {
		return nil, err
	}
	_ = front.SetReadBuffer(bufferBytes)
	r := &Relay{server: server, up: up, down: down, seed: seed, front: front, paths: map[netip.AddrPort]*path{}}
	go r.read()
	return r, nil
}

// Address that clients send to.
func (r *Relay) Address() *net.UDPAddr { return r.front.LocalAddr().(*net.UDPAddr) }

// Counted gives how many packets were carried and dropped so far, both ways.
func (r *Relay) Counted() (carried, dropped uint64) { return r.carried.Load(), r.dropped.Load() }

// SetRate changes the rate on the way back to clients; zero is unbounded.
func (r *Relay) SetRate(bitsPerSecond int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.down.BitsPerSecond = bitsPerSecond
	for _, p := range r.paths {
		p.down.shaper.SetRate(bitsPerSecond)
	}
}

// Close ends all paths. May be called twice.
func (r *Relay) Close() {
	r.mu.Lock()
	r.closed = true
	paths := r.paths
	r.paths = map[netip.AddrPort]*path{}
	r.mu.Unlock()
	_ = r.front.Close()
	for _, p := range paths {
		p.close()
	}
}

func (r *Relay) read() {
	buffer := make([]byte, packetBytes)
	for {
		n, client, err := r.front.ReadFromUDPAddrPort(buffer)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue
		}
		if p := r.pathOf(client); p != nil {
			p.up.take(buffer[:n])
		}
	}
}

func (r *Relay) pathOf(client netip.AddrPort) *path {
	r.mu.Lock()
	defer r.mu.Unlock()
	if p := r.paths[client]; p != nil || r.closed {
		return p
	}
	back, err := net.DialUDP("udp", nil, r.server)
	if err != nil {
		return nil
	}
	r.opened++
	p := &path{relay: r, client: client, back: back}
	p.up = newLine(r, NewShaper(r.up, r.seed, 2*r.opened), func(packet []byte) { _, _ = back.Write(packet) })
	p.down = newLine(r, NewShaper(r.down, r.seed, 2*r.opened+1), func(packet []byte) {
		_, _ = r.front.WriteToUDPAddrPort(packet, client)
	})
	r.paths[client] = p
	go p.read()
	return p
}

func (r *Relay) forget(p *path) {
	r.mu.Lock()
	if r.paths[p.client] == p {
		delete(r.paths, p.client)
	}
	r.mu.Unlock()
	p.close()
}

// path is one client's way to the server and back.
type path struct {
	relay    *Relay
	client   netip.AddrPort
	back     *net.UDPConn
	up, down *line
	closing  sync.Once
}

func (p *path) read() {
	buffer := make([]byte, packetBytes)
	for {
		_ = p.back.SetReadDeadline(time.Now().Add(idleFor))
		n, err := p.back.Read(buffer)
		var timeout net.Error
		switch {
		case err == nil:
			p.down.take(buffer[:n])
		case errors.Is(err, net.ErrClosed):
			return
		case errors.As(err, &timeout) && timeout.Timeout():
			p.relay.forget(p)
			return
		default:
			// The server's port is closed for now; the next packet tells whether it is open again.
			time.Sleep(10 * time.Millisecond)
		}
	}
}

func (p *path) close() {
	p.closing.Do(func() {
		_ = p.back.Close()
		p.up.close()
		p.down.close()
	})
}
