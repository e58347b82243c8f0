package webrtc

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"strings"
	"time"
)

// Certificate is what a participant shows in DTLS. Making one costs a key: a whole crowd shares it.
type Certificate struct {
	tls         tls.Certificate
	fingerprint Fingerprint
}

// NewCertificate makes a self-signed certificate on P-256, as browsers do.
func NewCertificate() (*Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()),
		Subject:      pkix.Name{CommonName: "WebRTC"},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(30 * 24 * time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	return &Certificate{
		tls:         tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key},
		fingerprint: Fingerprint{Algorithm: "sha-256", Value: fingerprintOf(der)},
	}, nil
}

// Parameters are this side's DTLS parameters: always the client, since the server's side of ICE is lite.
func (c *Certificate) Parameters() DTLSParameters {
	return DTLSParameters{Role: "client", Fingerprints: []Fingerprint{c.fingerprint}}
}

func fingerprintOf(der []byte) string {
	sum := sha256.Sum256(der)
	pairs := make([]string, len(sum))
	for i, b := range sum {
		pairs[i] = fmt.Sprintf("%02X", b)
	}
	return strings.Join(pairs, ":")
}
