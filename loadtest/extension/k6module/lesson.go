package k6module

import (
	"context"
	"fmt"
	"time"

	"lectern-loadtest/crowd"
	"lectern-loadtest/signalling"
)

type seat struct {
	ClassID    string `js:"classId"`
	SeatID     string `js:"seatId"`
	SeatSecret string `js:"seatSecret"`
}

type teachOptions struct {
	Seat     seat    `js:"seat"`
	PtimeMs  float64 `js:"ptimeMs"`
	VideoKbs float64 `js:"videoKbps"`
	Doors    string  `js:"doors"`
}

// teach lets the instructor enter, start the class and publish for as long as the iteration runs, and emits the figures of the whole
// class once a second from then on. Where students are to wait before that, it is Start that starts.
func (m *module) teach(class classOptions, options teachOptions) (*lesson, error) {
	of, ctx, err := m.joined(class)
	if err != nil {
		return nil, err
	}
	if options.Doors != "" && options.Doors != doorsClosed && options.Doors != doorsOpen {
		return nil, fmt.Errorf("doors are %q or %q before the start, not %q", doorsClosed, doorsOpen, options.Doors)
	}
	holds := &signalling.Seat{ClassID: options.Seat.ClassID, SeatID: options.Seat.SeatID, SeatSecret: options.Seat.SeatSecret}
	l := &lesson{
		ctx:        ctx,
		instructor: crowd.NewInstructor(ctx, of, holds),
		plays: crowd.Plays{
			Ptime:              time.Duration(options.PtimeMs) * time.Millisecond,
			VideoBitsPerSecond: int(options.VideoKbs * 1000),
		},
		emitter: newEmitter(m, of),
	}
	if err := l.instructor.Arrive(ctx, options.Doors == doorsOpen); err != nil {
		return nil, fmt.Errorf("the instructor could not come in: %w", err)
	}
	if options.Doors == "" {
		if err := l.Start(); err != nil {
			return nil, err
		}
	}
	go l.emitter.run(ctx)
	return l, nil
}

// How the doors stand before the start where students wait for it.
const doorsClosed, doorsOpen = "closed", "open"

// lesson is what scripts hold of a class that is taught.
type lesson struct {
	ctx        context.Context
	instructor *crowd.Instructor
	plays      crowd.Plays
	emitter    *emitter
}

// Start starts the class and publishes.
func (l *lesson) Start() error {
	if err := l.instructor.Teach(l.ctx, l.plays); err != nil {
		return fmt.Errorf("the instructor could not teach: %w", err)
	}
	return nil
}

// Present is how many students of this process are connected now.
func (l *lesson) Present() int { return l.emitter.class.Meter.Totals().Present }

// Worst is who had the largest share of sound lost or late, of those who want to hear.
func (l *lesson) Worst() map[string]any {
	calm, _ := l.emitter.class.Meter.TotalsApart()
	return worstOf(calm)
}

// WorstUnruly is the same of the unruly; nil where there were none, or they should have heard nothing.
func (l *lesson) WorstUnruly() map[string]any {
	if _, unruly := l.emitter.class.Meter.TotalsApart(); unruly.AudioExpected > 0 {
		return worstOf(unruly)
	}
	return nil
}

func worstOf(totals crowd.Totals) map[string]any {
	worst := totals.Worst
	return map[string]any{"name": worst.Name, "lostShare": worst.LostShare, "maxLateMs": ms(worst.MaxLate)}
}

// Invite invites whoever raised a hand first; false where no hand is up or no place is free.
func (l *lesson) Invite() (bool, error) { return l.instructor.InviteFirst(l.ctx) }

// End emits the last figures and lets the instructor go; the class stays live.
func (l *lesson) End() {
	l.emitter.emit()
	l.instructor.End()
}
