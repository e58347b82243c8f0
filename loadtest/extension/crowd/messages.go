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
		Hands           handsTold       `json:"hands"`
		Chat            chatLines       `json:"chat"`
	} `json:"snapshot"`
}

type chatLines struct {
	// Seconds since 1970.
	At    int64             `json:"at"`
	Lines []json.RawMessage `json:"lines"`
}

type handsTold struct {
	Count   int      `json:"count"`
	MyPlace *int     `json:"myPlace"`
	Order   []person `json:"order"`
}

func (s *snapshot) receives() bool { return s.Snapshot.Status == "open" || s.Snapshot.Status == "live" }

type classChanged struct {
	Status        string `json:"status"`
	SignalOffered bool   `json:"signalOffered"`
	// ReceiveSpreadMs is over how much time pages of students begin to receive by it.
	ReceiveSpreadMs float64 `json:"receiveSpreadMs"`
}

type consumerOffer struct {
	ConsumerID     string `json:"consumerId"`
	ProducerID     string `json:"producerId"`
	SeatID         string `json:"seatId"`
	Source         string `json:"source"`
	Kind           string `json:"kind"`
	ProducerPaused bool   `json:"producerPaused"`
	RtpParameters  struct {
		Codecs []struct {
			MimeType     string     `json:"mimeType"`
			PayloadType  uint8      `json:"payloadType"`
			ClockRate    int        `json:"clockRate"`
			RtcpFeedback []feedback `json:"rtcpFeedback"`
		} `json:"codecs"`
		HeaderExtensions []struct {
			URI string `json:"uri"`
			ID  uint8  `json:"id"`
		} `json:"headerExtensions"`
		Encodings []struct {
			SSRC            uint32 `json:"ssrc"`
			ScalabilityMode string `json:"scalabilityMode"`
			RTX             *struct {
				SSRC uint32 `json:"ssrc"`
			} `json:"rtx"`
		} `json:"encodings"`
	} `json:"rtpParameters"`
}

// transportCC is the number of the header extension for congestion control; zero where it is not negotiated.
func (o *consumerOffer) transportCC() uint8 {
	answered := false
	for _, codec := range o.RtpParameters.Codecs {
		for _, kind := range codec.RtcpFeedback {
			answered = answered || kind.Type == "transport-cc"
		}
	}
	for _, extension := range o.RtpParameters.HeaderExtensions {
		if answered && extension.URI == transportCCURI {
			return extension.ID
		}
	}
	return 0
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

type waitingAtDoor struct {
	Place int `json:"place"`
}

type onStage struct {
	OnStage bool `json:"onStage"`
}

type handsChanged struct {
	Count int `json:"count"`
}

type handPlace struct {
	Place *int `json:"place"`
}

type handOrder struct {
	Order []person `json:"order"`
}

type handsMoved struct {
	Lowered []string `json:"lowered"`
	Raised  []person `json:"raised"`
}

type person struct {
	SeatID string `json:"seatId"`
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

type preferLayers struct {
	ConsumerID   string `json:"consumerId"`
	SpatialLayer int    `json:"spatialLayer"`
}

type quality struct {
	RttMs     *float64 `json:"rttMs"`
	LossShare *float64 `json:"lossShare"`
}

type nothing struct{}
