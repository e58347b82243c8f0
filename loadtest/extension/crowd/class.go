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
	// By producer id: when its packets are due.
	schedules sync.Map

	// Nanoseconds between two packets of the instructor's sound.
	ptimeNs atomic.Int64

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
