package crowd

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"lectern-loadtest/signalling"
)

// reopener opens one thing of a student anew, later and as often as it takes, as the web client does. Of several calls the newest stands.
type reopener struct {
	// turn is held by whoever opens or changes it.
	turn   sync.Mutex
	newest atomic.Uint64
}

// stop makes every call that waits come to nothing.
func (r *reopener) stop() { r.newest.Add(1) }

// after opens it anew after this long. What fails is tried again while signalling is up; without it, its return begins anew. A refusal of
// `final` stands.
func (r *reopener) after(s *Student, wait time.Duration, what string, open func(ctx context.Context) error, final ...string) {
	mine := r.newest.Add(1)
	go func() {
		if !s.sleep(s.life, wait) || r.newest.Load() != mine {
			return
		}
		r.turn.Lock()
		defer r.turn.Unlock()
		if r.newest.Load() != mine || s.gone.Load() {
			return
		}
		ctx, cancel := context.WithTimeout(s.life, joinWithin)
		defer cancel()
		r.failed(s, mine, what, open(ctx), open, final)
	}()
}

// failed looks at what came of opening it, and tries again where that makes sense.
func (r *reopener) failed(s *Student, mine uint64, what string, err error, open func(context.Context) error, final []string) {
	if err == nil || s.gone.Load() || !s.connected.Load() {
		return
	}
	var refused *signalling.Error
	if errors.As(err, &refused) {
		for _, code := range append(final, "class-not-live") {
			if refused.Code == code {
				return
			}
		}
	}
	if r.newest.Load() != mine {
		return
	}
	s.fail(what + ": " + short(err))
	r.after(s, time.Second+time.Duration(rand.Float64()*float64(time.Second)), what, open, final...)
}
