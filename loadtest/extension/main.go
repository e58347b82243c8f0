// Command k6 with the module k6/x/lectern built in.
//
// The packages, each of which knows only those before it:
//
//   - stream: schedules of what is sent; loss, lateness and feedback of what is received. No I/O.
//   - webrtc: ICE, DTLS, SRTP and SCTP of one transport, on one UDP socket.
//   - signalling: docs/protocol.md's framing over one WebSocket, and taking a seat.
//   - relay: a bad network in user space, by a seed.
//   - crowd: the people. An instructor, and students who do what the web client does in the same order; what they meet is counted in groups.
//   - k6module: all of that for k6 scripts, and its figures as k6's metrics.
//
// cmd/relay is the bad network by itself, to stand in front of a browser. cmd/footprint measures what a participant costs the generator.
//
// go test ./... needs nothing. The tests in crowd/real_server_test.go play in a class of a running server, which LECTERN_LOADTEST_CLASS names:
//
//	LECTERN_LOADTEST_CLASS='{"url":"http://127.0.0.1:8080","code":"JOIN-CODE","seat":{"classId":"...","seatId":"...","seatSecret":"..."}}' go test ./crowd -race
package main

import (
	"go.k6.io/k6/v2/cmd"

	_ "lectern-loadtest/k6module"
)

func main() {
	cmd.Execute()
}
