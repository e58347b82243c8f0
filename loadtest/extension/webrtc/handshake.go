package webrtc

import (
	"context"
	"crypto/x509"
	"errors"
	"strings"

	"github.com/pion/dtls/v3"
)

func (l *Link) handshake(ctx context.Context) error {
	// Whoever waits for the handshake goes on at once when the link is closed meanwhile.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-l.closed:
			cancel()
		case <-ctx.Done():
		}
	}()
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
		if !l.hold(func() { l.secured = conn }) {
			_ = conn.Close()
			return ErrClosed
		}
		return nil
	}
	err = l.media.key(conn)
	// The keys are all that media need of DTLS. What it keeps is let go; only its alert matters from here on.
	l.dtls.detach()
	_ = conn.Close()
	return err
}

func (l *Link) verify(raw [][]byte, _ [][]*x509.Certificate) error {
	for _, wanted := range l.options.DTLSParameters.Fingerprints {
		if strings.EqualFold(wanted.Algorithm, "sha-256") && len(raw) > 0 && strings.EqualFold(wanted.Value, fingerprintOf(raw[0])) {
			return nil
		}
	}
	return errors.New("the server's certificate is not the one that signalling named")
}
