package crowd

import (
	"context"
	"time"
)

// slowReceiveBytes is about the least that Linux makes a TCP receive buffer of.
const slowReceiveBytes = 2048

// StopReading leaves unread what the server sends over signalling to everybody of the crowd, for this long, and lets them read on then. What
// the server made of it shows in the group: Snapshots counts those that came in place of a queue.
func (c *Crowd) StopReading(ctx context.Context, span time.Duration) {
	readOn := []func(){}
	for _, student := range c.Students() {
		if client := student.client.Load(); client != nil {
			readOn = append(readOn, client.StopReading())
		}
	}
	select {
	case <-time.After(span):
	case <-ctx.Done():
	}
	for _, read := range readOn {
		read()
	}
}

// Roam lets everybody of the crowd change the network, evenly over this span. Gives how many did.
func (c *Crowd) Roam(ctx context.Context, over time.Duration) int {
	students := c.Students()
	moved := 0
	for n, student := range students {
		if n > 0 && !student.sleep(ctx, over/time.Duration(len(students))) {
			return moved
		}
		if err := student.Roam(); err == nil {
			moved++
		} else {
			student.fail("roam: " + short(err))
		}
	}
	return moved
}

// Vanish lets so many of the crowd go without a word. Gives how many did.
func (c *Crowd) Vanish(count int) int {
	vanished := 0
	for ; vanished < count; vanished++ {
		student := c.takeOne()
		if student == nil {
			break
		}
		student.Vanish()
	}
	return vanished
}
