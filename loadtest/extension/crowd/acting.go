package crowd

import (
	"bytes"
	"context"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	// chatMark stands before the time at which a line was sent, in nanoseconds; the digits that follow have a fixed number.
	chatMark       = "lectern-load "
	chatMarkDigits = 19
	chatCharacters = 80
	// An invitation is looked at for a while before it is answered.
	answerAfter = 700 * time.Millisecond
)

// reactions as contracts/src/class.ts has them.
var reactions = []string{"thumbs-up", "clap", "heart", "yes", "no"}

// Acts says how much the students of a crowd do together each second; zero is nothing of it.
type Acts struct {
	Chats, Hands, Reactions float64
	// ChatCharacters of a line; zero is 80.
	ChatCharacters int
}

// Act lets students of the crowd do so much for this long, each thing by somebody at random. What the server refuses counts in the group.
func (c *Crowd) Act(ctx context.Context, acts Acts, span time.Duration) {
	var all sync.WaitGroup
	defer all.Wait()
	for _, one := range []struct {
		kind      string
		perSecond float64
		act       func(*Student, context.Context)
	}{{"chat", acts.Chats, acts.chat}, {"hand", acts.Hands, (*Student).turnHand}, {"reaction", acts.Reactions, (*Student).react}} {
		all.Go(func() {
			c.class.Meter.offerRate(ctx, one.kind, one.perSecond, span, func(due turn) {
				// Whoever is away now sends nothing: then this much less was offered.
				if student := c.anybody(); student != nil && student.connected.Load() {
					due.begins(time.Now())
					go one.act(student, student.life)
				}
			})
		})
	}
}

func (c *Crowd) anybody() *Student {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.students) == 0 {
		return nil
	}
	return c.students[rand.IntN(len(c.students))]
}

// do asks for something, and counts a refusal; true when it was done.
func (s *Student) do(ctx context.Context, kind string, body any) bool {
	err := s.ask(ctx, kind, body, nil)
	if err == nil {
		return true
	}
	if ctx.Err() == nil && !s.gone.Load() {
		s.group.refused(short(err))
	}
	return false
}

// chat sends a line that says when it was sent.
func (a Acts) chat(s *Student, ctx context.Context) {
	characters := a.ChatCharacters
	if characters == 0 {
		characters = chatCharacters
	}
	line := chatMark + strconv.FormatInt(time.Now().UnixNano(), 10)
	line += strings.Repeat(" a line of a lively class", 1+max(0, characters-len(line))/25)
	if s.do(ctx, "send-chat", map[string]any{"text": line[:max(characters, len(chatMark)+chatMarkDigits)]}) {
		s.group.ChatSent.Add(1)
	}
}

// readChat finds the lines of load tests in a message, whatever its form, and takes how long each was on its way.
func (g *Group) readChat(body []byte) {
	now := time.Now().UnixNano()
	for {
		at := bytes.Index(body, []byte(chatMark))
		if at < 0 || len(body) < at+len(chatMark)+chatMarkDigits {
			return
		}
		body = body[at+len(chatMark):]
		sent, err := strconv.ParseInt(string(body[:chatMarkDigits]), 10, 64)
		if err == nil {
			g.ChatReceived.Add(1)
			g.ChatLatency.Add(time.Duration(now - sent))
		}
	}
}

// turnHand raises the own hand, or lowers it where it is up.
func (s *Student) turnHand(ctx context.Context) {
	if s.handUp.Load() {
		if s.do(ctx, "lower-hand", nothing{}) {
			s.handUp.Store(false)
		}
		return
	}
	if s.do(ctx, "raise-hand", nothing{}) {
		s.group.HandsRaised.Add(1)
		s.handUp.Store(true)
	}
}

func (s *Student) react(ctx context.Context) {
	if s.do(ctx, "react", map[string]any{"reaction": reactions[rand.IntN(len(reactions))]}) {
		s.group.ReactionsSent.Add(1)
	}
}

// acceptInvitation goes on the stage and publishes a microphone.
func (s *Student) acceptInvitation() {
	if !s.sleep(s.life, answerAfter) || !s.do(s.life, "answer-invitation", map[string]any{"accept": true}) {
		return
	}
	s.handUp.Store(false)
	s.publishing.turn.Lock()
	defer s.publishing.turn.Unlock()
	s.plays = Plays{Ptime: s.class.ptime()}
	if s.plays.Ptime == 0 {
		s.plays.Ptime = defaultPtime
	}
	s.publishes.Store(true)
	mine := s.publishing.newest.Add(1)
	err := s.openStage(s.life)
	if err == nil {
		s.group.OnStages.Add(1)
	}
	s.publishing.failed(s, mine, "stage", err, s.openStage, []string{"not-allowed", "stage-full", "over-capacity"})
}

// LeaveStage goes back to the audience; nothing happens where the student is not on the stage.
func (s *Student) LeaveStage(ctx context.Context) {
	if !s.publishes.Load() {
		return
	}
	// What was published ends here first, as in the web client.
	s.offStage()
	s.do(ctx, "leave-stage", nothing{})
}

// LeaveStage lets everybody of the crowd who is on the stage go back to the audience.
func (c *Crowd) LeaveStage(ctx context.Context) {
	for _, student := range c.Students() {
		student.LeaveStage(ctx)
	}
}

// OnStage is how many of the crowd publish now.
func (c *Crowd) OnStage() int {
	count := 0
	for _, student := range c.Students() {
		if student.stage.Load() != nil {
			count++
		}
	}
	return count
}

// RaiseHands lets so many whose hand is down raise it, one after the other. Gives how many did.
func (c *Crowd) RaiseHands(ctx context.Context, count int) int {
	raised := 0
	for _, student := range c.Students() {
		if raised == count {
			break
		}
		if !student.handUp.Load() {
			student.turnHand(ctx)
			if student.handUp.Load() {
				raised++
			}
		}
	}
	return raised
}
