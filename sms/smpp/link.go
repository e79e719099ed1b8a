package smpp

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/smpp/internal/pdu"
)

// How long to wait before the next bind. An SMSC bars who knocks too often.
const (
	firstWait     = time.Second      // doubles
	longestWait   = time.Minute      // up to this
	occupiedWait  = 30 * time.Second // at least, while the SMSC holds a link of ours that is dead
	hopelessWait  = 5 * time.Minute  // at least, until somebody does something
	stableSession = time.Minute      // after one that lived so long, begin anew
)

// link is what all messages share: the session that is bound, or why there is none.
type link struct {
	mu      sync.Mutex
	session *session
	failure *cattlegrid.SendError // nil until something failed
	closed  bool
	changed chan struct{} // closed when any of these changes
}

func (l *link) set(s *session, failure *cattlegrid.SendError, closed bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.session, l.failure, l.closed = s, failure, closed
	close(l.changed)
	l.changed = make(chan struct{})
}

// enter waits for a session to send a message on. Whoever gets one leaves it again. While there is no hope of one it does
// not wait. Its errors mean that nothing was written.
func (l *link) enter(ctx context.Context) (*session, *cattlegrid.SendError) {
	for {
		l.mu.Lock()
		session, failure, closed, changed := l.session, l.failure, l.closed, l.changed
		l.mu.Unlock()
		switch {
		case closed:
			return nil, failed(cattlegrid.Temporary, errClosed)
		case session != nil && session.messages.enter():
			return session, nil
		case failure != nil && hopeless(failure.Class):
			f := *failure // each caller says what it was doing
			return nil, &f
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, notBound(ctx, failure)
		}
	}
}

func notBound(ctx context.Context, failure *cattlegrid.SendError) *cattlegrid.SendError {
	if failure == nil {
		return failed(cattlegrid.Temporary, fmt.Errorf("not bound: %w", ctx.Err()))
	}
	f := failed(cattlegrid.Temporary, fmt.Errorf("not bound: %w; %w", ctx.Err(), failure.Err))
	f.Code = failure.Code
	return f
}

// run keeps a session bound until ctx is done.
func (s *Sender) run(ctx, hard context.Context) {
	wait := firstWait
	for ctx.Err() == nil {
		session, failure := s.bind(ctx)
		if failure == nil {
			s.config.Logger.InfoContext(ctx, "smpp bound", slog.String("address", s.config.Address))
			began := time.Now()
			s.link.set(session, nil, false)
			failure = failed(cattlegrid.Temporary, fmt.Errorf("link lost: %w", session.serve(ctx, hard)))
			if time.Since(began) >= stableSession {
				wait = firstWait
			}
		}
		if ctx.Err() != nil {
			break
		}
		s.link.set(nil, failure, false)
		s.pause(ctx, failure, wait)
		wait = min(2*wait, longestWait)
	}
	s.link.set(nil, nil, true)
}

// pause waits until the next bind, for half of wait to all of it.
func (s *Sender) pause(ctx context.Context, failure *cattlegrid.SendError, wait time.Duration) {
	switch {
	case hopeless(failure.Class):
		wait = 2 * hopelessWait
	case failure.Code == pdu.StatusAlreadyBound.String():
		wait = max(wait, 2*occupiedWait)
	}
	wait = wait/2 + rand.N(wait/2) //nolint:gosec // so that instances do not knock together; nothing secret
	s.config.Logger.WarnContext(ctx, "smpp not bound", slog.String("address", s.config.Address),
		slog.String("class", failure.Class.String()), slog.String("code", failure.Code),
		slog.Any("error", failure.Err), slog.Float64("retry_in_s", wait.Round(time.Millisecond).Seconds()))
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
