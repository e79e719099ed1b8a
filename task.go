package cattlegrid

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"time"

	"github.com/cattlegrid/cattlegrid/guard"
	"github.com/cattlegrid/cattlegrid/work"
)

// WorkOptions says how much work is to be proved. A zero field means its default.
type WorkOptions struct {
	Count     int // parts of a task; 0 means 16
	Bits      int // of each part, besides a hard challenge: 2^Bits hashes on average; 0 means 15
	AloneBits int // of each part, where work stands in place of a challenge; 0 means 17
}

// TaskRequest asks for work to prove.
type TaskRequest struct {
	ID     string     // of the challenge
	Client netip.Addr // who asks
}

// Task is work to prove.
type Task struct {
	work.Task
	ExpiresIn time.Duration
}

// Task returns the work that goes with a challenge of effort [guard.Work], without using it up.
//
// Errors: [ErrChallengeID], [ErrClient], [ErrChallengeExpired], also for a challenge that no work goes with, [ErrStore].
func (g *Gate) Task(ctx context.Context, r TaskRequest) (Task, error) {
	if !isChallengeID(r.ID) {
		return Task{}, ErrChallengeID
	}
	if !r.Client.IsValid() {
		return Task{}, ErrClient
	}
	challenge, err := g.peekChallenge(ctx, r.ID)
	if err != nil {
		return Task{}, fmt.Errorf("look up the challenge: %w", err)
	}
	about := readPayload(challenge.Payload)
	if about.Work == nil {
		return Task{}, ErrChallengeExpired
	}
	return Task{Task: *about.Work, ExpiresIn: challenge.TTL}, nil
}

// aloneAnswer stands for the answer where work is all there is to prove. No challenge has it.
const aloneAnswer = "(WORK)"

// WorkAlone puts a challenge under the request's ID, in place of any there, that is work alone: for visitors who can
// neither see nor hear one. The policy has a budget for it of its own.
//
// Errors: [ErrChallengeID], [ErrClient], [ErrLimit], [ErrStore].
func (g *Gate) WorkAlone(ctx context.Context, r TaskRequest) (Task, error) {
	if !isChallengeID(r.ID) {
		return Task{}, ErrChallengeID
	}
	subject, err := g.clientSubject(r.Client)
	if err != nil {
		return Task{}, err
	}
	task, err := work.New(g.options.Random, g.options.Work.AloneBits, g.options.Work.Count)
	if err != nil {
		return Task{}, fmt.Errorf("make a task: %w", err)
	}
	about := &payload{Effort: guard.Work, Work: &task, Alone: true}
	if err := g.storeChallenge(ctx, r.ID, aloneAnswer, about, subject, r.Client); err != nil {
		return Task{}, fmt.Errorf("store the task: %w", err)
	}
	g.tell(ctx, true, ChallengeMade)
	return Task{Task: task, ExpiresIn: g.options.ChallengeLifetime}, nil
}

// payload is what is stored with a challenge besides its answer. A challenge of effort Normal has none, and so stays the
// plain string that the tutorial's back ends read.
type payload struct {
	Effort guard.Effort `json:"e"`
	Work   *work.Task   `json:"w,omitempty"`
	Alone  bool         `json:"a,omitempty"`
}

func (g *Gate) newPayload(effort guard.Effort) (*payload, error) {
	switch effort {
	case guard.Normal:
		return nil, nil //nolint:nilnil // there is nothing to store, and nothing wrong
	case guard.Work:
		task, err := work.New(g.options.Random, g.options.Work.Bits, g.options.Work.Count)
		if err != nil {
			return nil, fmt.Errorf("make a task: %w", err)
		}
		return &payload{Effort: effort, Work: &task}, nil
	default:
		return &payload{Effort: effort}, nil
	}
}

func (p *payload) marshal() ([]byte, error) {
	if p == nil {
		return nil, nil
	}
	return json.Marshal(p)
}

// readPayload reads what was stored with a challenge. What cannot be read, because another program put it there, says
// nothing for the visitor.
func readPayload(stored []byte) *payload {
	about := &payload{}
	if len(stored) > 0 && (json.Unmarshal(stored, about) != nil || about.Effort < guard.Normal || about.Effort > guard.Work) {
		return &payload{}
	}
	return about
}

// prove says what effort was made by who answered a challenge: the one that the challenge asked for, or less if the
// work that goes with it was left out. A proof that is wrong is [ErrWork].
func (p *payload) prove(solution string) (guard.Effort, error) {
	switch {
	case p.Work == nil:
		return p.Effort, nil
	case solution == "" && !p.Alone:
		return guard.Hard, nil
	case !p.Work.Check(solution):
		return 0, ErrWork
	default:
		return p.Effort, nil
	}
}
