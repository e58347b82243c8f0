// Package crowd holds the people of a load test: an instructor who plays real packets, and students who do what the web client does,
// in the same order, and count what comes of it.
package crowd

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"lectern-loadtest/signalling"
	"lectern-loadtest/stream"
	"lectern-loadtest/webrtc"
)

// Class is one class as the whole crowd of this process knows it.
type Class struct {
	// Origin of the server, such as http://127.0.0.1:8080.
	Origin string
	// JoinCode of the class, as it stands in its link.
	JoinCode string
	// Token lets the crowd past limits by address; it may be empty.
	Token string
	Meter *Meter

	certificate *webrtc.Certificate
	http        *http.Client
	// What browsers can receive here, made of the first snapshot.
	devices atomic.Pointer[devices]
	// By producer id: when its packets are due.
	schedules sync.Map

	// Of the teacher who plays in this process: the seat; nanoseconds between two packets of the sound; when the playing ended, or zero.
	teacherSeat atomic.Pointer[string]
	ptimeNs     atomic.Int64
	silentFrom  atomic.Int64
	// startAsked is when the teacher asked for the start; zero where the class was live before.
	startAsked atomic.Int64
	// taughtFrom is when the teacher's sound was published last.
	taughtFrom atomic.Int64
	// Bits a second of the teacher's largest pictures; zero before there are any.
	cameraBits atomic.Int64

	attending sync.Mutex
	members   []*Student
	looking   bool

	remembering sync.Mutex
	remembered  []*Student

	// closedTo is the end of the newest window that the pacing view has, in nanoseconds of the class clock.
	closedTo atomic.Int64

	clock sync.Mutex
	// The time at which the class clock stood at zero, by the quickest round trip that anybody of the crowd had.
	startedAt time.Time
	bestTrip  time.Duration
}

// NewClass makes what a crowd shares.
func NewClass(origin, joinCode, token string, meter *Meter) (*Class, error) {
	certificate, err := webrtc.NewCertificate()
	if err != nil {
		return nil, err
	}
	return &Class{
		Origin:      origin,
		JoinCode:    joinCode,
		Token:       token,
		Meter:       meter,
		certificate: certificate,
		http: &http.Client{
			Timeout:   30 * time.Second,
			Transport: &http.Transport{MaxIdleConnsPerHost: 64, MaxConnsPerHost: 64},
		},
	}, nil
}

// TakeSeat takes a guest's seat.
func (c *Class) TakeSeat(ctx context.Context, name string) (*signalling.Seat, error) {
	return signalling.TakeSeat(ctx, c.http, c.Origin, c.JoinCode, name, c.Token)
}

func (c *Class) publish(producerID string, schedule *stream.Schedule) {
	c.schedules.Store(producerID, schedule)
}

func (c *Class) scheduleOf(producerID string) *stream.Schedule {
	if found, ok := c.schedules.Load(producerID); ok {
		return found.(*stream.Schedule)
	}
	return nil
}

// learn takes from the first snapshot what is the same for everybody.
func (c *Class) learn(first *snapshot) error {
	if c.devices.Load() != nil {
		return nil
	}
	made, err := newDevices(first.Snapshot.RtpCapabilities)
	if err == nil {
		c.devices.Store(made)
	}
	return err
}

// teacher is the seat of who teaches in this process; empty where nobody does.
func (c *Class) teacher() string {
	if seat := c.teacherSeat.Load(); seat != nil {
		return *seat
	}
	return ""
}

// playedUntil is now, or the end of the teacher's playing where that is over.
func (c *Class) playedUntil(now time.Time) time.Time {
	if ended := c.silentFrom.Load(); ended != 0 {
		return time.Unix(0, min(ended, now.UnixNano()))
	}
	return now
}

// plays is true while somebody of this process teaches aloud.
func (c *Class) plays() bool { return c.ptime() > 0 && c.silentFrom.Load() == 0 }

// shows is true while the teacher's camera plays too.
func (c *Class) shows() bool { return c.plays() && c.cameraBits.Load() > 0 }

// ptime is the time between two packets of the teacher's sound; zero where nobody teaches in this process.
func (c *Class) ptime() time.Duration { return time.Duration(c.ptimeNs.Load()) }

// noteClock takes one reading of the class clock.
func (c *Class) noteClock(asked, answered time.Time, classClockMs float64) {
	trip := answered.Sub(asked)
	c.clock.Lock()
	defer c.clock.Unlock()
	if c.startedAt.IsZero() || trip < c.bestTrip {
		c.bestTrip = trip
		c.startedAt = asked.Add(trip / 2).Add(-time.Duration(classClockMs * float64(time.Millisecond)))
	}
}

// classTime is the class clock at this time; false while it is not known.
func (c *Class) classTime(at time.Time) (time.Duration, bool) {
	c.clock.Lock()
	defer c.clock.Unlock()
	return at.Sub(c.startedAt), !c.startedAt.IsZero()
}
