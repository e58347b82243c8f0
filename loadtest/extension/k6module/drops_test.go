package k6module

import (
	"net"
	"testing"
	"time"
)

func TestDropsOfClosedSocketsStayCounted(t *testing.T) {
	r := &receiveDrops{}
	r.take(map[string]uint64{"1": 5, "2": 1})
	if got := r.take(map[string]uint64{"2": 3}); got != 8 {
		t.Errorf("%d drops after one socket was closed, want 8", got)
	}
	if got := r.take(map[string]uint64{"2": 1}); got != 9 {
		t.Errorf("%d drops after the number was used anew, want 9", got)
	}
}

func TestWhatASocketHasNoRoomForIsCounted(t *testing.T) {
	socket, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = socket.Close() }()
	_ = socket.SetReadBuffer(4096)
	r := &receiveDrops{}
	before, err := r.total()
	if err != nil {
		t.Skip("drops cannot be read here:", err)
	}
	sender, err := net.DialUDP("udp", nil, socket.LocalAddr().(*net.UDPAddr))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = sender.Close() }()
	for range 100 {
		_, _ = sender.Write(make([]byte, 1000))
	}
	for end := time.Now().Add(2 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if after, _ := r.total(); after > before {
			return
		}
	}
	t.Error("nothing was counted as dropped")
}
