package stream

import "math"

// frames are all pictures of one size that a camera sends, compressed (RFC 6386). The key frame shows somebody's head and shoulders, bright on
// grey; every other picture repeats it, and is held against no other, so that whichever of them is left out harms none.
type frames struct{ key, repeat []byte }

// size of a picture in pixels.
type size struct{ width, height int }

const (
	macroblockPx = 16
	// What is decoded before anything is told of it.
	grey = 128
	// So many of 256 macroblocks have a residue, roughly.
	codedOf256 = 16
	// The coarsest quantiser, and what one step of the mean luma of a macroblock is by it (section 14.1).
	quantiser, meanStep = 127, 2 * 157
)

func newFrames(of size) frames { return frames{keyFrame(of), repeatedFrame(of)} }

func (s size) macroblocks() (columns, rows int) {
	return (s.width + macroblockPx - 1) / macroblockPx, (s.height + macroblockPx - 1) / macroblockPx
}

// lumaAt is how bright a macroblock is to be, before what can be coded of that.
func (s size) lumaAt(column, row int) int {
	// In sixteenths of the width.
	unit := float64(s.width) / 16
	x := (float64(column)+0.5)*macroblockPx/unit - 8
	y := (float64(row)+0.5)*macroblockPx/unit - 9
	head, shoulders := math.Hypot(x, y+5.4) < 1.8, math.Hypot(x/3.8, y/3.2) < 1
	if head || shoulders {
		return grey + lumaOf(meanMost)
	}
	return grey
}

// The coefficients that are used: from grey to bright, and half of that, where one neighbour is grey and the other bright.
const meanMost, meanHalf = 8, 4

// lumaOf is by how much this coefficient brightens a whole macroblock (sections 14.3 and 14.4, where all others are zero).
func lumaOf(coefficient int) int { return ((coefficient*meanStep+3)>>3 + 4) >> 3 }

// keyFrame predicts each macroblock as the mean of its neighbours above and to the left, and adds a residue where that is not what is to be seen.
func keyFrame(of size) []byte {
	modes, tokens := newBoolEncoder(), newBoolEncoder()
	// Colour space and clamping.
	modes.literal(0, 2)
	frameHeader(modes)
	// Probabilities go on to the next picture.
	modes.literal(1, 1)
	keepTokenProbabilities(modes)
	skipWhatHasNoResidue(modes, codedOf256)

	columns, rows := of.macroblocks()
	above, codedAbove := make([]int, columns), make([]int, columns)
	for row := range rows {
		left, codedLeft := 0, 0
		for column := range columns {
			predicted := grey
			switch {
			case row > 0 && column > 0:
				predicted = (above[column] + left + 1) / 2
			case row > 0:
				predicted = above[column]
			case column > 0:
				predicted = left
			}
			coefficient := nearest(of.lumaAt(column, row) - predicted)
			modes.put(coefficient == 0, codedOf256)
			predictByMean(modes)
			coded := 0
			if coefficient != 0 {
				putResidue(tokens, coefficient, codedAbove[column]+codedLeft)
				coded = 1
			}
			left, codedLeft = predicted+lumaOf(coefficient), coded
			above[column], codedAbove[column] = left, coded
		}
	}
	first := modes.finish()
	frame := append(frameTag(true, len(first)), 0x9d, 0x01, 0x2a,
		byte(of.width), byte(of.width>>8), byte(of.height), byte(of.height>>8))
	return append(append(frame, first...), tokens.finish()...)
}

// repeatedFrame takes each macroblock from the last key frame as it was.
func repeatedFrame(of size) []byte {
	// Of 256 macroblocks none is coded without another picture, all hang on the last, and none has a residue, as far as that can be told.
	const none, all = 1, 255
	modes := newBoolEncoder()
	frameHeader(modes)
	// Neither golden nor alternate frames are changed nor turned, no probability goes on to the next picture, and none is held against this one.
	modes.literal(0, 10)
	keepTokenProbabilities(modes)
	skipWhatHasNoResidue(modes, none)
	modes.literal(none, 8)
	modes.literal(all, 8)
	modes.literal(128, 8)
	// Modes of macroblocks without another picture stay as probable as they are, and so do motion vectors.
	modes.literal(0, 2)
	for _, probability := range motionUpdates {
		modes.put(false, probability)
	}

	columns, rows := of.macroblocks()
	for row := range rows {
		for column := range columns {
			modes.put(true, none)
			modes.put(true, none)
			modes.put(false, all)
			modes.put(false, zeroMotion[neighbours(column, row)])
		}
	}
	first := modes.finish()
	return append(frameTag(false, len(first)), first...)
}

// neighbours weighs those of a macroblock that lie in the picture, all of which stay where they were (section 16.3).
func neighbours(column, row int) int {
	weight := 0
	if row > 0 {
		weight += 2
	}
	if column > 0 {
		weight += 2
	}
	if row > 0 && column > 0 {
		weight++
	}
	return weight
}

// frameTag (section 9.1) of a picture that is shown, with the bytes of its first partition.
func frameTag(key bool, firstBytes int) []byte {
	tag := uint32(firstBytes)<<5 | 1<<4
	if !key {
		tag |= 1
	}
	return []byte{byte(tag), byte(tag >> 8), byte(tag >> 16)}
}

// frameHeader writes what both kinds of pictures have first (section 19.2): one segment, no filter, one partition of tokens, one quantiser.
func frameHeader(modes *boolEncoder) {
	const segments, filter, filterBySegment, partitions = 1, 1 + 6 + 3, 1, 2
	modes.literal(0, segments+filter+filterBySegment+partitions)
	modes.literal(quantiser, 7)
	// The same for each kind of coefficient.
	modes.literal(0, 5)
}

func keepTokenProbabilities(modes *boolEncoder) {
	for _, probability := range tokenUpdates {
		modes.put(false, probability)
	}
}

func skipWhatHasNoResidue(modes *boolEncoder, coded uint32) {
	modes.literal(1, 1)
	modes.literal(coded, 8)
}

// predictByMean says for luma and chroma of a macroblock in a key frame that they are predicted as DC_PRED (sections 11.2 and 11.4).
func predictByMean(modes *boolEncoder) {
	modes.put(true, 145)
	modes.put(false, 156)
	modes.put(false, 163)
	modes.put(false, 142)
}

// nearest is the coefficient that brightens by about this much; zero where none comes closer.
func nearest(luma int) int {
	best := 0
	for _, coefficient := range []int{-meanMost, -meanHalf, meanHalf, meanMost} {
		if away(lumaOf(coefficient)-luma) < away(lumaOf(best)-luma) {
			best = coefficient
		}
	}
	return best
}

func away(luma int) int { return max(luma, -luma) }

// putResidue writes all coefficients of a macroblock: the one of its mean luma, by how many neighbours have one, and none besides (section 13).
func putResidue(tokens *boolEncoder, coefficient, around int) {
	of := &meanTokens[around]
	// There is one, and it is neither zero nor one.
	for at := range 3 {
		tokens.put(true, of[at])
	}
	if size := away(coefficient); size == meanHalf {
		// Two to four; three or four; four.
		tokens.put(false, of[3])
		tokens.put(true, of[4])
		tokens.put(true, of[5])
	} else {
		// Five or more; five to ten; seven to ten, of which it is the second.
		tokens.put(true, of[3])
		tokens.put(false, of[6])
		tokens.put(true, of[7])
		tokens.put(false, 165)
		tokens.put(true, 145)
	}
	tokens.put(coefficient < 0, 128)
	tokens.put(false, noMoreOfMean)
	for range 16 {
		tokens.put(false, noLuma)
	}
	for range 8 {
		tokens.put(false, noChroma)
	}
}
