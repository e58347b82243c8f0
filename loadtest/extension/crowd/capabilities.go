package crowd

import (
	"encoding/json"
	"slices"
)

const (
	midURI          = "urn:ietf:params:rtp-hdrext:sdes:mid"
	ridURI          = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
	ridAgainURI     = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
	absSendTimeURI  = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
	transportCCURI  = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
	audioLevelURI   = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
	toffsetURI      = "urn:ietf:params:rtp-hdrext:toffset"
	orientationURI  = "urn:3gpp:video-orientation"
	playoutDelayURI = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"
)

// understood are the header extensions that Chromium takes on what it receives, of those that the server offers.
var understood = []string{midURI, absSendTimeURI, transportCCURI, audioLevelURI, toffsetURI, orientationURI, playoutDelayURI}

// capabilities are those of the server's routers, as its snapshot tells them.
type capabilities struct {
	Codecs           []codec           `json:"codecs"`
	HeaderExtensions []headerExtension `json:"headerExtensions"`
}

type codec struct {
	Kind                 string         `json:"kind"`
	MimeType             string         `json:"mimeType"`
	PreferredPayloadType uint8          `json:"preferredPayloadType,omitempty"`
	ClockRate            int            `json:"clockRate"`
	Channels             int            `json:"channels,omitempty"`
	Parameters           map[string]any `json:"parameters,omitempty"`
	RtcpFeedback         []feedback     `json:"rtcpFeedback,omitempty"`
}

type feedback struct {
	Type      string `json:"type"`
	Parameter string `json:"parameter,omitempty"`
}

type headerExtension struct {
	Kind             string `json:"kind"`
	URI              string `json:"uri"`
	PreferredID      uint8  `json:"preferredId"`
	PreferredEncrypt bool   `json:"preferredEncrypt"`
	Direction        string `json:"direction,omitempty"`
}

// devices say what a browser's device can receive: one that decodes pictures, and one that only hears.
type devices struct {
	sees, hears json.RawMessage
	router      capabilities
}

// newDevices reads the routers' capabilities once for the whole class, and makes of them what mediasoup-client makes in Chromium.
func newDevices(raw json.RawMessage) (*devices, error) {
	d := &devices{}
	if err := json.Unmarshal(raw, &d.router); err != nil {
		return nil, err
	}
	var err error
	if d.sees, err = json.Marshal(d.router.received(true)); err != nil {
		return nil, err
	}
	d.hears, err = json.Marshal(d.router.received(false))
	return d, err
}

func (c capabilities) received(video bool) capabilities {
	wanted := func(kind string) bool { return kind == "audio" || video }
	made := capabilities{}
	for _, codec := range c.Codecs {
		if wanted(codec.Kind) {
			made.Codecs = append(made.Codecs, codec)
		}
	}
	for _, extension := range c.HeaderExtensions {
		// What the server only receives it never sends.
		if wanted(extension.Kind) && extension.Direction != "recvonly" && slices.Contains(understood, extension.URI) {
			made.HeaderExtensions = append(made.HeaderExtensions, extension)
		}
	}
	return made
}

// extensionID is the number under which the server takes this extension on what it receives; zero when it does not.
func (c capabilities) extensionID(kind, uri string) uint8 {
	for _, extension := range c.HeaderExtensions {
		if extension.Kind == kind && extension.URI == uri && extension.Direction != "sendonly" && extension.Direction != "inactive" {
			return extension.PreferredID
		}
	}
	return 0
}
