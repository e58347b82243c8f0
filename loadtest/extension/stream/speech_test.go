package stream

import (
	"bytes"
	"slices"
	"testing"
	"time"
)

func TestSpeechIsWholePacketsOfOneFrameInOneMode(t *testing.T) {
	speech, err := NewSpeech(20 * time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	// Three go into one; and it lasts long enough to be understood.
	if count := len(speech.packets); count%3 != 0 || count < 150 {
		t.Fatalf("%d packets", count)
	}
	// RFC 6716, section 3.1: configurations whose frames hold 20 ms; and code 0, one frame.
	toc := speech.packets[0][0]
	ofTwentyMs := []byte{1, 5, 9, 13, 15, 19, 23, 27, 31}
	if toc&3 != 0 || !slices.Contains(ofTwentyMs, toc>>3) {
		t.Errorf("the first byte is %#x", toc)
	}
	for n, packet := range speech.packets {
		if len(packet) != 100 || packet[0] != toc {
			t.Errorf("packet %d: %d bytes, %#x", n, len(packet), packet[0])
		}
	}
}

func TestAPacketOfSixtyMillisecondsHoldsThreeFramesOfTwenty(t *testing.T) {
	short, errShort := NewSpeech(20 * time.Millisecond)
	long, errLong := NewSpeech(60 * time.Millisecond)
	if errShort != nil || errLong != nil || len(short.packets) != 3*len(long.packets) {
		t.Fatal(errShort, errLong)
	}
	for n, packet := range long.packets {
		// Of one size (not 0x80), with padding (0x40), three frames; the padding is no bytes.
		if len(packet) != 300 || packet[0] != short.packets[0][0]|3 || packet[1] != 0x43 || packet[2] != 0 {
			t.Fatalf("packet %d: % x, %d bytes", n, packet[:3], len(packet))
		}
		for frame := range 3 {
			if !bytes.Equal(packet[3+99*frame:3+99*(frame+1)], short.packets[3*n+frame][1:]) {
				t.Fatalf("frame %d of packet %d is another", frame, n)
			}
		}
	}
}

func TestPacketsOfAnotherLengthAreRefusedWithTheLengthsThatThereAre(t *testing.T) {
	_, err := NewSpeech(40 * time.Millisecond)
	if err == nil || err.Error() != "a packet of sound holds 20 or 60 ms, not 40ms: set ptimeMs to one of them" {
		t.Error(err)
	}
}
