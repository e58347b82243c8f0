package relay

import (
	"net"
	"sync"
)

// Network is a relay in front of each address of a server that anybody asks for: every participant's link goes through it.
type Network struct {
	up, down Conditions
	seed     uint64

	mu     sync.Mutex
	relays map[string]*Relay
}

// NewNetwork makes one whose relays all have these conditions.
func NewNetwork(up, down Conditions, seed uint64) *Network {
	return &Network{up: up, down: down, seed: seed, relays: map[string]*Relay{}}
}

// Through gives the address of the relay in front of this one.
func (n *Network) Through(server *net.UDPAddr) (*net.UDPAddr, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if known := n.relays[server.String()]; known != nil {
		return known.Address(), nil
	}
	made, err := Listen("127.0.0.1:0", server, n.up, n.down, n.seed+uint64(len(n.relays)))
	if err != nil {
		return nil, err
	}
	n.relays[server.String()] = made
	return made.Address(), nil
}

// Counted gives how many packets were carried and dropped so far.
func (n *Network) Counted() (carried, dropped uint64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, r := range n.relays {
		c, d := r.Counted()
		carried += c
		dropped += d
	}
	return carried, dropped
}

// Close ends all relays. May be called twice.
func (n *Network) Close() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, r := range n.relays {
		r.Close()
	}
	clear(n.relays)
}
