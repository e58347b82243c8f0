package crowd

import (
	"context"
	"time"
)

// askEvery is how often somebody who does not read asks for a page of the chat all the same: as often as the server answers.
const askEvery = 500 * time.Millisecond

// toNobody is a question that nobody waits for.
const toNobody = `42999999999["message",{"type":"page-chat","body":{"beforeMessageId":null}}]`

// StopReading leaves unread what the server sends over signalling to everybody of the crowd, for this long, and lets them read on then. They go
// on asking for the newest page of the chat meanwhile, so that what waits for them grows: with fifty lines of 2,000 characters past what the
// kernel keeps and the server bears within some four seconds. After ten, the server may miss an answer to its ping and end the connection. What
// the server made of it shows in the group: Snapshots counts those that came in place of a queue.
func (c *Crowd) StopReading(ctx context.Context, span time.Duration) {
	readOn := []func(){}
	for _, student := range c.Students() {
		if client := student.client.Load(); client != nil {
			readOn = append(readOn, client.StopReading())
		}
	}
	ctx, cancel := context.WithTimeout(ctx, span)
	defer cancel()
	c.repeatEverybody(ctx, askEvery, (*Student).askForMuch)
	for _, read := range readOn {
		read()
	}
}

func (s *Student) askForMuch() {
	if client := s.client.Load(); client != nil {
		// A connection that the server broke off comes back by itself.
		_ = client.Raw([]byte(toNobody))
	}
}

// repeatEverybody lets everybody do something again and again, until ctx ends.
func (c *Crowd) repeatEverybody(ctx context.Context, every time.Duration, act func(*Student)) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			for _, student := range c.Students() {
				act(student)
			}
		case <-ctx.Done():
			return
		}
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
