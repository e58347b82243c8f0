// Package webrtc is the least of WebRTC that one participant needs: ICE towards a lite server, DTLS, SRTP and SCTP on one
// UDP socket. It keeps no per-packet state of its own, and lets go of DTLS once the media keys are known: thousands of
// participants fit into one process beside the server that they try.
package webrtc
