package crowd

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
)

// picture is what one participant was told of the chat and of raised hands.
type picture struct {
	lines []line
	hands hands
}

// line of the chat: its number, the second since 1970 in which it was written, and the rest as it stood on the wire.
type line struct {
	number, at int64
	said       string
}

// hands that are up: how many, the own place (zero where it is down), and for staff the first of them in order.
type hands struct {
	count, place int
	order        []person
}

var errNoLine = errors.New("no line of the chat")

// read gives the lines in the order in which they came.
func (c chatLines) read() ([]line, error) {
	lines := make([]line, 0, len(c.Lines))
	for _, raw := range c.Lines {
		var parts []json.RawMessage
		if err := json.Unmarshal(raw, &parts); err != nil {
			return nil, err
		}
		if len(parts) < 3 {
			return nil, errNoLine
		}
		var number, secondsBefore int64
		if err := errors.Join(json.Unmarshal(parts[0], &number), json.Unmarshal(parts[1], &secondsBefore)); err != nil {
			return nil, err
		}
		said, err := json.Marshal(parts[2:])
		if err != nil {
			return nil, err
		}
		lines = append(lines, line{number, c.At - secondsBefore, string(said)})
	}
	return lines, nil
}

func pictureOf(s *snapshot) (*picture, error) {
	lines, err := s.Snapshot.Chat.read()
	return &picture{lines, s.Snapshot.Hands.told()}, err
}

func (h handsTold) told() hands {
	told := hands{count: h.Count, order: h.Order}
	if h.MyPlace != nil {
		told.place = *h.MyPlace
	}
	return told
}

// sameAs is true where the hands are the same, and the lines from the first that both hold. Both hold the newest lines.
func (p *picture) sameAs(other *picture) bool {
	if len(p.lines) == 0 || len(other.lines) == 0 {
		return len(p.lines) == len(other.lines) && p.hands.sameAs(other.hands)
	}
	first := max(p.lines[0].number, other.lines[0].number)
	return slices.Equal(from(p.lines, first), from(other.lines, first)) && p.hands.sameAs(other.hands)
}

func from(lines []line, first int64) []line {
	at := slices.IndexFunc(lines, func(l line) bool { return l.number >= first })
	if at < 0 {
		return nil
	}
	return lines[at:]
}

func (h hands) sameAs(other hands) bool {
	return h.count == other.count && h.place == other.place && slices.Equal(h.order, other.order)
}

// memory is what a student was told, and whether they were told the same when they came back.
type memory struct {
	mu   sync.Mutex
	told hands
	kept *picture
	// returned with a snapshot since it was kept; differed where one of them was not the same.
	returned, differed bool
}

func (m *memory) takeHands(change func(*hands)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change(&m.told)
}

// compare takes the snapshot of a return.
func (m *memory) compare(now *picture) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.kept != nil {
		m.returned = true
		m.differed = m.differed || !m.kept.sameAs(now)
	}
}

// isAsBefore is false for whoever never came back, too.
func (m *memory) isAsBefore() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.returned && !m.differed
}

// moved are hands that staff are told of one by one.
func (h *hands) moved(change handsMoved) {
	gone := func(p person) bool {
		return slices.Contains(change.Lowered, p.SeatID) || slices.Contains(change.Raised, p)
	}
	h.order = append(slices.DeleteFunc(slices.Clone(h.order), gone), change.Raised...)
}

// Remembered is what a class kept in mind.
type Remembered struct{ People, Lines, Hands int }

// Remember keeps what everybody who is in, staff included, was told of chat and hands, to compare it with what they are told when they come back.
func (c *Class) Remember(ctx context.Context) Remembered {
	present := c.present()
	var lines, hands atomic.Int64
	eachAtOnce(present, func(s *Student) {
		kept, err := s.picture(ctx)
		if err != nil {
			s.fail("the chat before: " + short(err))
			kept = &picture{}
		}
		s.memory.mu.Lock()
		s.memory.kept, s.memory.returned, s.memory.differed = kept, false, err != nil
		s.memory.mu.Unlock()
		lines.Store(max(lines.Load(), int64(len(kept.lines))))
		hands.Store(max(hands.Load(), int64(kept.hands.count)))
	})
	c.remembering.Lock()
	defer c.remembering.Unlock()
	c.remembered = present
	return Remembered{len(present), int(lines.Load()), int(hands.Load())}
}

// Differing is how many of those remembered are not known to have come back to the same chat and the same hands.
func (c *Class) Differing() int {
	c.remembering.Lock()
	defer c.remembering.Unlock()
	differing := 0
	for _, s := range c.remembered {
		if !s.memory.isAsBefore() {
			differing++
		}
	}
	return differing
}

// picture asks for the newest lines, and takes the hands as they were told last.
func (s *Student) picture(ctx context.Context) (*picture, error) {
	var page chatLines
	if err := s.ask(ctx, "page-chat", map[string]any{"beforeMessageId": nil}, &page); err != nil {
		return nil, err
	}
	lines, err := page.read()
	s.memory.mu.Lock()
	defer s.memory.mu.Unlock()
	told := s.memory.told
	told.order = slices.Clone(told.order)
	return &picture{lines, told}, err
}

// noteReturn compares what a snapshot tells after the return with what was told before.
func (s *Student) noteReturn(first *snapshot) {
	now, err := pictureOf(first)
	if err != nil {
		s.fail("the chat after the return: " + short(err))
		now = &picture{hands: hands{count: -1}}
	}
	s.memory.compare(now)
}

// eachAtOnce does something for everybody, 64 at a time.
func eachAtOnce(students []*Student, do func(*Student)) {
	turns := make(chan struct{}, 64)
	var all sync.WaitGroup
	for _, student := range students {
		turns <- struct{}{}
		all.Go(func() {
			do(student)
			<-turns
		})
	}
	all.Wait()
}
