package crowd

import (
	"cmp"
	"regexp"
)

const (
	// stageTilePx is how wide the picture of the only person on the stage is, in device pixels, in a window of a usual laptop.
	stageTilePx = 1280
	topLayer    = 3
)

// rungLines and stretch are those of client/src/classroom/tile-layers.ts.
var rungLines = []float64{180, 360}

const stretch = 1.25

// layerForWidth is the spatial layer for a picture of 16:9 that is so many device pixels wide, of a producer with so many.
func layerForWidth(widthPx, layers int) int {
	lines := float64(widthPx) * 9 / 16
	wanted := topLayer
	for layer, has := range rungLines {
		if lines <= has*stretch {
			wanted = layer
			break
		}
	}
	return min(wanted, max(0, layers-1))
}

var scalability = regexp.MustCompile(`^[LS](\d)T`)

// layers is how many spatial layers the producer sends; 1 where it names none.
func (o *consumerOffer) layers() int {
	found := scalability.FindStringSubmatch(o.RtpParameters.Encodings[0].ScalabilityMode)
	if found == nil {
		return 1
	}
	return int(found[1][0] - '0')
}

// preferLayers tells the server which layer each picture is to have, where it was not told yet. A failure waits for the next time.
func (s *Student) preferLayers() {
	r := s.media.Load()
	if r == nil {
		return
	}
	r.preferring.Lock()
	defer r.preferring.Unlock()
	for _, in := range *r.streams.Load() {
		layers := in.offer.layers()
		wanted := layerForWidth(cmp.Or(int(s.viewer.tilePx.Load()), stageTilePx), layers)
		if in.sound || layers < 2 || in.preferred == wanted {
			continue
		}
		if s.ask(s.life, "prefer-layers", preferLayers{in.offer.ConsumerID, wanted}, nil) == nil {
			in.preferred = wanted
		}
	}
}

// ShowAt changes how wide pictures are shown, in device pixels, and tells the server which layers that needs.
func (s *Student) ShowAt(widthPx int) {
	s.viewer.tilePx.Store(int64(widthPx))
	s.preferLayers()
}
