package webrtc

import (
	"errors"
	"net"
	"strconv"
)

// Options are the server's side of one transport, as signalling names them (contracts/src/media.ts, transportOptionsSchema).
type Options struct {
	TransportID    string          `json:"transportId"`
	ICEParameters  ICEParameters   `json:"iceParameters"`
	ICECandidates  []ICECandidate  `json:"iceCandidates"`
	DTLSParameters DTLSParameters  `json:"dtlsParameters"`
	SCTPParameters *SCTPParameters `json:"sctpParameters,omitempty"`
	// Through gives what stands in front of the server's address, such as a relay; nil is nothing.
	Through func(server *net.UDPAddr) (*net.UDPAddr, error) `json:"-"`
}

// ICEParameters are short-term credentials of one side.
type ICEParameters struct {
	UsernameFragment string `json:"usernameFragment"`
	Password         string `json:"password"`
}

// ICECandidate is one address of the server.
type ICECandidate struct {
	Address  string `json:"address"`
	Protocol string `json:"protocol"`
	Port     int    `json:"port"`
	Type     string `json:"type"`
}

// DTLSParameters name a role and the certificate by its fingerprints.
type DTLSParameters struct {
	Role         string        `json:"role,omitempty"`
	Fingerprints []Fingerprint `json:"fingerprints"`
}

// Fingerprint is the hash of a certificate, in upper-case hexadecimal pairs with colons between.
type Fingerprint struct {
	Algorithm string `json:"algorithm"`
	Value     string `json:"value"`
}

// SCTPParameters of the server's side of a transport for data channels.
type SCTPParameters struct {
	Port           int `json:"port"`
	MaxMessageSize int `json:"maxMessageSize"`
}

func (o *Options) serverPort() int {
	for _, candidate := range o.ICECandidates {
		if candidate.Protocol == "udp" {
			return candidate.Port
		}
	}
	return 0
}

// remote is where to send: the server's first UDP candidate, or what stands between.
func (o *Options) remote() (*net.UDPAddr, error) {
	for _, candidate := range o.ICECandidates {
		if candidate.Protocol != "udp" {
			continue
		}
		address, err := net.ResolveUDPAddr("udp", net.JoinHostPort(candidate.Address, strconv.Itoa(candidate.Port)))
		if err != nil || o.Through == nil {
			return address, err
		}
		return o.Through(address)
	}
	return nil, errors.New("the server names no UDP candidate")
}
