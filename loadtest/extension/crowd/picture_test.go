package crowd

import (
	"encoding/json"
	"testing"
)

const returned = `{"snapshot":{"hands":{"count":2,"myPlace":2,"order":[{"seatId":"a"},{"seatId":"b"}]},"chat":{"at":1000,"lines":` +
	`[[7,5,"aaaaaaaa","A","seven"],[8,0,"bbbbbbbb","B","eight","instructor"]]}}}`

// kept is what was told before, as pages of the chat bring it: counted back from another time.
const kept = `{"snapshot":{"hands":{"count":2,"myPlace":2,"order":[{"seatId":"a"},{"seatId":"b"}]},"chat":{"at":1010,"lines":` +
	`[[6,20,"aaaaaaaa","A","six"],[7,15,"aaaaaaaa","A","seven"],[8,10,"bbbbbbbb","B","eight","instructor"]]}}}`

func pictureIn(t *testing.T, message string) *picture {
	t.Helper()
	var told snapshot
	if err := json.Unmarshal([]byte(message), &told); err != nil {
		t.Fatal(err)
	}
	seen, err := pictureOf(&told)
	if err != nil {
		t.Fatal(err)
	}
	return seen
}

func TestASnapshotAfterAReturnIsHeldAgainstWhatWasTold(t *testing.T) {
	for _, one := range []struct {
		what   string
		change func(*picture)
		same   bool
	}{
		{"nothing is changed", func(*picture) {}, true},
		{"a line is gone", func(p *picture) { p.lines = p.lines[:1] }, false},
		{"the first line is gone", func(p *picture) { p.lines = p.lines[1:] }, true},
		{"all lines are gone", func(p *picture) { p.lines = nil }, false},
		{"a line says another thing", func(p *picture) { p.lines[1].said = `["bbbbbbbb","B","ate","instructor"]` }, false},
		{"a line was written at another time", func(p *picture) { p.lines[0].at++ }, false},
		{"the lines stand in another order", func(p *picture) { p.lines[0], p.lines[1] = p.lines[1], p.lines[0] }, false},
		{"a hand is gone", func(p *picture) { p.hands.count = 1 }, false},
		{"the own hand has another place", func(p *picture) { p.hands.place = 1 }, false},
		{"the hands have another order", func(p *picture) { p.hands.order[0], p.hands.order[1] = p.hands.order[1], p.hands.order[0] }, false},
	} {
		now := pictureIn(t, returned)
		one.change(now)
		if same := pictureIn(t, kept).sameAs(now); same != one.same {
			t.Errorf("%s: same is %v", one.what, same)
		}
	}
}

func TestWhoeverDoesNotComeBackDiffers(t *testing.T) {
	class := testClass(t)
	class.remembered = []*Student{someone(class), someone(class), someone(class)}
	for _, s := range class.remembered {
		s.memory.kept = pictureIn(t, kept)
	}
	if differing := class.Differing(); differing != 3 {
		t.Errorf("%d differ while nobody is back, want 3", differing)
	}
	var back, other snapshot
	if json.Unmarshal([]byte(returned), &back) != nil || json.Unmarshal([]byte(returned), &other) != nil {
		t.Fatal("a snapshot cannot be read")
	}
	other.Snapshot.Hands.Count = 3
	class.remembered[0].noteReturn(&back)
	class.remembered[1].noteReturn(&other)
	// What differed once stays so.
	class.remembered[1].noteReturn(&back)
	if differing := class.Differing(); differing != 2 {
		t.Errorf("%d differ, want the one who saw another picture and the one who is not back", differing)
	}
}

func TestStaffFollowTheOrderOfHands(t *testing.T) {
	s := someone(testClass(t))
	s.handsUp("hand-order", []byte(`{"order":[{"seatId":"a"},{"seatId":"b"},{"seatId":"c"}]}`))
	s.handsUp("hands-moved", []byte(`{"lowered":["a"],"raised":[{"seatId":"b"},{"seatId":"d"}]}`))
	s.handsUp("hands-changed", []byte(`{"count":3}`))
	s.handsUp("hand-place", []byte(`{"place":null}`))
	want := hands{count: 3, order: []person{{"c"}, {"b"}, {"d"}}}
	if !s.memory.told.sameAs(want) {
		t.Errorf("%+v", s.memory.told)
	}
}
