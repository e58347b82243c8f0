package crowd

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"lectern-loadtest/signalling"
)

// Staff is the group of those who teach: their figures are not those of students.
const Staff = "staff"

// Instructor teaches: starts the class, publishes, invites, and reads the pacing view.
type Instructor struct {
	*Student
	// found is the class as it was when the instructor came in.
	found *snapshot
}

// NewInstructor makes an instructor who has this seat.
func NewInstructor(ctx context.Context, class *Class, seat *signalling.Seat) *Instructor {
	i := &Instructor{Student: NewStudent(ctx, class, class.Meter.Group(Staff), "Instructor", Wants{})}
	i.seat = seat
	i.staff = true
	return i
}

// Arrive enters, and opens the doors of a class that is only planned where students are to wait inside.
func (i *Instructor) Arrive(ctx context.Context, opensDoors bool) error {
	ctx, cancel := context.WithTimeout(ctx, joinWithin)
	defer cancel()
	first, err := i.arrive(ctx, time.Now())
	if err != nil {
		return err
	}
	i.found = first
	i.class.teacherSeat.Store(&i.seat.SeatID)
	i.class.attend(i.Student)
	if opensDoors && first.Snapshot.Status == "planned" {
		if err := i.ask(ctx, "open-class", nothing{}, nil); err != nil {
			return fmt.Errorf("open: %w", err)
		}
	}
	return nil
}

// Teach arrives where that was not done yet, starts the class where it was not live by then, and publishes until the life of the instructor ends.
func (i *Instructor) Teach(ctx context.Context, plays Plays) error {
	ctx, cancel := context.WithTimeout(ctx, joinWithin)
	defer cancel()
	if i.found == nil {
		if err := i.Arrive(ctx, false); err != nil {
			return err
		}
	}
	first := i.found
	if first.Snapshot.Status != "live" {
		i.class.startAsked.Store(time.Now().UnixNano())
		if err := i.ask(ctx, "start-class", nothing{}, nil); err != nil {
			return fmt.Errorf("start: %w", err)
		}
	}
	i.receiveFirst(ctx)
	if plays.Ptime == 0 {
		plays.Ptime = defaultPtime
		if first.Snapshot.AudioPtimeMs > 0 {
			plays.Ptime = time.Duration(first.Snapshot.AudioPtimeMs) * time.Millisecond
		}
	}
	plays.teaches = true
	i.plays = plays
	i.publishes.Store(true)
	i.publishing.turn.Lock()
	defer i.publishing.turn.Unlock()
	i.publishing.newest.Add(1)
	if err := i.openStage(ctx); err != nil {
		return err
	}
	i.class.silentFrom.Store(0)
	i.class.ptimeNs.Store(int64(plays.Ptime))
	return nil
}

// End stops playing and goes without a word; the class stays live.
func (i *Instructor) End() {
	i.class.silentFrom.Store(time.Now().UnixNano())
	i.Vanish()
}

// InviteFirst invites whoever raised a hand first; false where no hand is up.
func (i *Instructor) InviteFirst(ctx context.Context) (bool, error) {
	var order []person
	i.memory.takeHands(func(h *hands) { order = h.order })
	if len(order) == 0 {
		return false, nil
	}
	err := i.ask(ctx, "invite-to-stage", order[0], nil)
	if isRefused(err, "stage-full") || isRefused(err, "over-capacity") {
		i.group.refused(short(err))
		return false, nil
	}
	return err == nil, err
}

// notePacing takes how long after the end of a window the instructor has it.
func (s *Student) notePacing(body []byte) {
	var message struct {
		Pacing struct {
			LastMs *float64 `json:"lastMs"`
		} `json:"pacing"`
	}
	if json.Unmarshal(body, &message) != nil || message.Pacing.LastMs == nil {
		return
	}
	s.class.closedTo.Store(int64(*message.Pacing.LastMs * float64(time.Millisecond)))
	if now, known := s.class.classTime(time.Now()); known {
		s.class.Meter.WindowToPacing.Add(now - time.Duration(*message.Pacing.LastMs*float64(time.Millisecond)))
	}
}
