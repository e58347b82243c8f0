package crowd

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Crowd is a number of students who come and go together.
type Crowd struct {
	class *Class
	group *Group
	life  context.Context
	plan  Plan

	mu       sync.Mutex
	students []*Student
	// Who has a seat and did not enter yet, the first to enter first.
	seated []*Student
	named  atomic.Int64
}

// Plan says who they are.
type Plan struct {
	// Contribute and Video are shares of the students in 0..1.
	Contribute float64
	Video      float64
	// Prefix of their names.
	Prefix string
	// Group whose figures they count in; empty is everybody else's.
	Group string
	// Through stands in front of the server's media address of each student, such as a relay; nil is nothing.
	Through func(server *net.UDPAddr) (*net.UDPAddr, error)
	// OnStage says whether they accept invitations to the stage.
	OnStage bool
	// SlowReaders have kernels that keep next to nothing of what they did not read yet: what StopReading leaves unread soon reaches the server.
	SlowReaders bool
	// Unruly ones harm themselves on purpose, as by a flood: their group is told apart from those who want to hear.
	Unruly bool
}

// NewCrowd makes an empty crowd that goes when ctx ends.
func NewCrowd(ctx context.Context, class *Class, plan Plan) *Crowd {
	group := class.Meter.Group(plan.Group)
	if plan.Unruly {
		group.unruly.Store(true)
	}
	return &Crowd{class: class, group: group, life: ctx, plan: plan}
}

// Enter lets so many students come evenly over this span, and resolves when each has joined or failed. Gives how many joined.
func (c *Crowd) Enter(ctx context.Context, count int, over time.Duration) int {
	return c.each(ctx, "join", count, over, func(due turn) bool { return c.join(ctx, due) })
}

// Sit takes so many seats over this span for those who enter later: people who look at the join page. Gives how many there are.
func (c *Crowd) Sit(ctx context.Context, count int, over time.Duration) int {
	return c.each(ctx, "seat", count, over, func(due turn) bool {
		due.begins(time.Now())
		student := c.newStudent()
		if !c.counted(ctx, student, student.Sit(ctx)) {
			return false
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.seated = append(c.seated, student)
		return true
	})
}

// each does something so many times, evenly over a span, and resolves when all is done. Gives how often it went well.
func (c *Crowd) each(ctx context.Context, kind string, count int, over time.Duration, do func(turn) bool) int {
	var well atomic.Int64
	c.class.Meter.offer(ctx, kind, count, over, func(due turn) {
		if do(due) {
			well.Add(1)
		}
	})
	return int(well.Load())
}

// Leave lets everybody go, 64 at a time.
func (c *Crowd) Leave() {
	c.mu.Lock()
	leaving := c.students
	c.students = nil
	c.mu.Unlock()
	turns := make(chan struct{}, 64)
	var all sync.WaitGroup
	for _, student := range leaving {
		turns <- struct{}{}
		all.Go(func() {
			student.Leave()
			<-turns
		})
	}
	all.Wait()
}

// Students are those who are in now.
func (c *Crowd) Students() []*Student {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]*Student{}, c.students...)
}

// Churn lets so many come and as many go each second, for this long.
func (c *Crowd) Churn(ctx context.Context, perSecond float64, span time.Duration) {
	var all sync.WaitGroup
	defer all.Wait()
	all.Go(func() {
		c.class.Meter.offerRate(ctx, "leave", perSecond, span, func(due turn) {
			if leaving := c.takeOne(); leaving != nil {
				due.begins(time.Now())
				leaving.Leave()
			}
		})
	})
	all.Go(func() { c.class.Meter.offerRate(ctx, "join", perSecond, span, func(due turn) { c.join(ctx, due) }) })
}

func (c *Crowd) join(ctx context.Context, due turn) bool {
	late := due.begins(time.Now())
	student := c.takeSeated()
	if student == nil {
		student = c.newStudent()
	}
	if !c.counted(ctx, student, student.Join(ctx, late)) {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.students = append(c.students, student)
	return true
}

func (c *Crowd) takeSeated() *Student {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.seated) == 0 {
		return nil
	}
	student := c.seated[0]
	c.seated = c.seated[1:]
	return student
}

// counted is false where somebody could not come in, which is counted; they are gone then.
func (c *Crowd) counted(ctx context.Context, student *Student, err error) bool {
	if err == nil {
		return true
	}
	if ctx.Err() == nil {
		c.group.JoinFailures.Add(1)
		c.class.Meter.fail("join: " + short(err))
	}
	student.Vanish()
	return false
}

func (c *Crowd) newStudent() *Student {
	n := c.named.Add(1)
	wants := Wants{
		Contribute: isAmong(n, c.plan.Contribute),
		Video:      isAmong(n, c.plan.Video),
		Through:    c.plan.Through,
		OnStage:    c.plan.OnStage,
	}
	if c.plan.SlowReaders {
		wants.Signalling.ReadsSlowly = true
	}
	return NewStudent(c.life, c.class, c.group, fmt.Sprintf("%s %04d", c.plan.Prefix, n), wants)
}

// isAmong spreads a share evenly over those who come, so that it is met exactly.
func isAmong(n int64, share float64) bool { return among(n, share) > among(n-1, share) }

// among is how many of the first n a share comes to. No share is as fine as this: 0.29 of 100 are 29, and not the 28.999... that they multiply to.
func among(n int64, share float64) int64 {
	const rounding = 1e-9
	return int64(math.Floor(float64(n)*share + rounding))
}

// Group in which these students count.
func (c *Crowd) Group() *Group { return c.group }

// takeOne takes somebody out of the crowd at random.
func (c *Crowd) takeOne() *Student {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.students) == 0 {
		return nil
	}
	n := rand.IntN(len(c.students))
	taken := c.students[n]
	c.students[n] = c.students[len(c.students)-1]
	c.students = c.students[:len(c.students)-1]
	return taken
}
