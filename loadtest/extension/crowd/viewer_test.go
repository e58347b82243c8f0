package crowd

import (
	"testing"
	"time"
)

// viewFor looks ten times a second, as the rounds do, and gives what came of it; a picture comes whenever `comes` says so.
func viewFor(v *viewer, from time.Time, span time.Duration, comes func(after time.Duration) bool) {
	for after := time.Duration(0); after <= span; after += roundEvery {
		now := from.Add(after)
		if comes(after) {
			v.take(1000, true, now)
		}
		v.look(now, true)
	}
}

func TestAPictureThatStandsStillCountsFromTheSecondSecondOn(t *testing.T) {
	from := time.Unix(1000, 0)
	v := &viewer{}
	// Nothing from 2 to 5 s.
	viewFor(v, from, 10*time.Second, func(after time.Duration) bool { return after < 2*time.Second || after >= 5*time.Second })
	seen := v.seen()
	if seen.Due != 10*time.Second {
		t.Errorf("due for %s", seen.Due)
	}
	if seen.Stalled < 1900*time.Millisecond || seen.Stalled > 2100*time.Millisecond {
		t.Errorf("stood still for %s of 3 s without a picture", seen.Stalled)
	}
	if v.sawNothing(from.Add(10 * time.Second)) {
		t.Error("who saw something saw nothing")
	}
}

func TestWhoNeverSeesAPictureIsWithoutOneAndAllTheTimeIsStill(t *testing.T) {
	from := time.Unix(1000, 0)
	v := &viewer{}
	viewFor(v, from, 10*time.Second, func(time.Duration) bool { return false })
	if share := v.seen().StalledShare(); share < 0.85 || share > 0.95 {
		t.Errorf("stood still for a share of %.2f", share)
	}
	if !v.sawNothing(from.Add(10 * time.Second)) {
		t.Error("saw something")
	}
	v.look(from.Add(11*time.Second), false)
	if v.sawNothing(from.Add(20 * time.Second)) {
		t.Error("without a picture where there is nothing to see")
	}
}

func TestTheFirstPictureIsTheFirstThatCouldBeShown(t *testing.T) {
	at := time.Unix(1000, 0)
	v := &viewer{}
	if v.take(1000, false, at) || !v.take(1000, true, at) || v.take(1000, true, at) {
		t.Error("another packet was the first")
	}
}

func TestARateIsThatSinceTheLastOne(t *testing.T) {
	from := time.Unix(1000, 0)
	v := &viewer{}
	if _, ought := v.rate(from); ought {
		t.Error("a rate of who ought not to see")
	}
	viewFor(v, from, 2*time.Second, func(after time.Duration) bool { return after > 0 })
	if rate, ought := v.rate(from.Add(2 * time.Second)); !ought || rate != 20*8000/2 {
		t.Errorf("%.0f bit/s", rate)
	}
	if rate, _ := v.rate(from.Add(3 * time.Second)); rate != 0 {
		t.Errorf("%.0f bit/s of nothing", rate)
	}
}

func TestAWatchingStudentCountsInTheTotals(t *testing.T) {
	now := time.Now()
	s := listener(t, now)
	s.wants.Video = true
	if s.oughtToSee() {
		t.Error("there is no camera")
	}
	s.class.cameraBits.Store(600_000)
	for after := time.Duration(0); after <= 5*time.Second; after += roundEvery {
		s.viewer.look(now.Add(after), s.oughtToSee())
	}
	totals := s.totals(now.Add(5 * time.Second))
	if totals.WithoutPicture != 1 || totals.Sight.Due != 5*time.Second || totals.Sight.Stalled != 4*time.Second {
		t.Errorf("%+v", totals)
	}
	s.goes()
	if s.oughtToSee() || s.totals(now.Add(time.Minute)).WithoutPicture != 0 {
		t.Error("who left ought to see")
	}
}

func TestWidePicturesWantHighLayersAsInTheWebClient(t *testing.T) {
	for _, one := range []struct{ widthPx, layers, want int }{
		{1280, 3, 2}, {801, 3, 2}, {800, 3, 1}, {401, 3, 1}, {400, 3, 0}, {160, 3, 0}, {1280, 2, 1}, {1280, 1, 0},
	} {
		if got := layerForWidth(one.widthPx, one.layers); got != one.want {
			t.Errorf("%d px of %d layers: %d, want %d", one.widthPx, one.layers, got, one.want)
		}
	}
}
