package crowd

import "time"

// rungs are those of a camera of 720 lines (client/src/classroom/encodings.ts), from the smallest picture on: their shares of the bits of the largest.
var rungs = []float64{0.1, 1. / 3, 1}

// cameraBits are the bits a second of each rung, where the largest has this many.
func cameraBits(top int) []int {
	bits := make([]int, len(rungs))
	for n, share := range rungs {
		bits[n] = int(float64(top) * share)
	}
	return bits
}

// soundParameters as mediasoup-client makes them in Chromium.
func (o *outbound) soundParameters(ptime time.Duration) map[string]any {
	made := o.parameters()
	made["codecs"] = []any{map[string]any{
		"mimeType": "audio/opus", "payloadType": opusType, "clockRate": opusRate, "channels": 2,
		"parameters":   map[string]any{"useinbandfec": 1, "usedtx": 1, "ptime": ptime.Milliseconds()},
		"rtcpFeedback": []any{map[string]any{"type": "transport-cc"}, map[string]any{"type": "nack"}},
	}}
	made["encodings"] = []any{map[string]any{"ssrc": o.source.SSRC, "dtx": true}}
	return made
}

// cameraParameters are those of all encodings of a camera: the server learns their SSRCs from the names in their packets.
func cameraParameters(outs []*outbound) map[string]any {
	made := outs[0].parameters()
	made["codecs"] = []any{
		map[string]any{
			"mimeType": "video/VP8", "payloadType": vp8Type, "clockRate": vp8Rate,
			"rtcpFeedback": []any{
				map[string]any{"type": "transport-cc"},
				map[string]any{"type": "ccm", "parameter": "fir"},
				map[string]any{"type": "nack"},
				map[string]any{"type": "nack", "parameter": "pli"},
			},
		},
		map[string]any{
			"mimeType": "video/rtx", "payloadType": vp8AgainType, "clockRate": vp8Rate, "parameters": map[string]any{"apt": vp8Type},
		},
	}
	encodings := []any{}
	full := outs[len(outs)-1].picture.Width
	for _, o := range outs {
		encodings = append(encodings, map[string]any{
			"rid": o.rid, "scalabilityMode": "L1T3",
			"maxBitrate": o.picture.BitsPerSecond, "scaleResolutionDownBy": float64(full) / float64(o.picture.Width),
		})
	}
	made["encodings"] = encodings
	return made
}

func (o *outbound) parameters() map[string]any {
	return map[string]any{
		"mid":              o.mid,
		"headerExtensions": o.ids.parameters(),
		"rtcp":             map[string]any{"cname": o.over.name, "reducedSize": true},
	}
}
