package crowd

import (
	"encoding/json"

	"lectern-loadtest/webrtc"
)

// The parts of docs/protocol.md that a participant reads. Everything else of a message is passed over.

type snapshot struct {
	Snapshot struct {
		ClassClockMs    *float64        `json:"classClockMs"`
		Status          string          `json:"status"`
		RtpCapabilities json.RawMessage `json:"rtpCapabilities"`
		AudioPtimeMs    int             `json:"audioPtimeMs"`
		SignalOffered   bool            `json:"signalOffered"`
		Counts          counts          `json:"counts"`
	} `json:"snapshot"`
}

type counts struct {
	Students int `json:"students"`
	Present  int `json:"present"`
	Hearing  int `json:"hearing"`
}

type consumerOffer struct {
	ConsumerID    string `json:"consumerId"`
	ProducerID    string `json:"producerId"`
	Source        string `json:"source"`
	Kind          string `json:"kind"`
	RtpParameters struct {
		Codecs []struct {
			MimeType    string `json:"mimeType"`
			PayloadType uint8  `json:"payloadType"`
			ClockRate   int    `json:"clockRate"`
		} `json:"codecs"`
		Encodings []struct {
			SSRC uint32 `json:"ssrc"`
		} `json:"encodings"`
	} `json:"rtpParameters"`
}

type consumers struct {
	Consumers []consumerOffer `json:"consumers"`
}

type closedConsumers struct {
	ConsumerIDs []string `json:"consumerIds"`
}

type mediaReset struct {
	AfterMs float64 `json:"afterMs"`
}

type acknowledged struct {
	Stored     []uint32 `json:"stored"`
	NotCounted []uint32 `json:"notCounted"`
}

type goodbye struct {
	Reason string `json:"reason"`
}

type clockAnswer struct {
	ClassClockMs *float64 `json:"classClockMs"`
}

type iceAnswer struct {
	ICEParameters webrtc.ICEParameters `json:"iceParameters"`
}

type openTransport struct {
	Purpose string `json:"purpose"`
}

type connectTransport struct {
	TransportID    string                `json:"transportId"`
	DTLSParameters webrtc.DTLSParameters `json:"dtlsParameters"`
}

type receive struct {
	TransportID     string          `json:"transportId"`
	RtpCapabilities json.RawMessage `json:"rtpCapabilities"`
}

type transportID struct {
	TransportID string `json:"transportId"`
}

type consumerIDs struct {
	ConsumerIDs []string `json:"consumerIds"`
}

type nothing struct{}
