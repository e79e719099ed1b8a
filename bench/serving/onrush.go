package serving

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/cattlegrid/cattlegrid/internal/loadgen"
)

// visitors' connections in an onrush, more than wait for an answer at any time.
const onrushConnections = 2000

// onrush measures a server to which so many times as many visitors come as it carries over a few connections. The server has the
// first processor, and Redis goes before it there; the load has the others for itself, or it would be the load that is
// overwhelmed, and visitors would come in bursts.
func (b Bench) onrush(ctx context.Context, p Plan, f *Figures, name string, times float64) error {
	if runtime.NumCPU() < 2 {
		return errors.New("an onrush needs two processors")
	}
	s, err := b.open(ctx, name, 1, "GOMAXPROCS=1")
	if err != nil {
		return err
	}
	defer s.close()
	if err := f.OverloadAt.learn(ctx, s); err != nil {
		return err
	}
	server := s.servers[0]
	if err := pin(ctx, strconv.Itoa(server.cmd.Process.Pid), "0"); err != nil {
		return err
	}
	for _, r := range s.redis {
		if err := errors.Join(pin(ctx, strconv.Itoa(r.cmd.Process.Pid), "0"), first(ctx, r.process)); err != nil {
			return err
		}
	}
	if err := pin(ctx, "self", fmt.Sprintf("1-%d", runtime.NumCPU()-1)); err != nil {
		return err
	}
	defer func() { _ = pin(context.WithoutCancel(ctx), "self", fmt.Sprintf("0-%d", runtime.NumCPU()-1)) }()
	var peak Saturated
	if _, err := s.saturate(ctx, p, false, &peak); err != nil {
		return err
	}
	o := Onrush{Stand: name, Times: times, Peak: peak.PerSecond[0], Rate: times * peak.PerSecond[0]}
	memory, done := make(chan []int64), make(chan struct{})
	go func() { memory <- server.watch(done) }()
	l, err := s.load(ctx, loadgen.Plan{Rate: o.Rate, Warmup: p.Period / 2, For: long * p.Period, Connections: onrushConnections})
	close(done)
	o.Memory = <-memory
	if err != nil {
		return err
	}
	result := l.results[0]
	whole := l.last()
	o.OK, o.Shed, o.Failed = whole.PerSec, float64(whole.Outcomes["shed"])/result.Seconds, result.Failed()
	for _, step := range result.Steps[:len(result.Steps)-1] {
		w := waitsOf(step.Times)
		o.Accepted = Waits{max(o.Accepted.P50, w.P50), max(o.Accepted.P99, w.P99), max(o.Accepted.P999, w.P999)}
	}
	o.ShedP99 = waitsOf(result.Steps[0].Shed).P99
	f.Overload = append(f.Overload, o)
	return nil
}

// watch reads the memory of the process once a second until done.
func (p *process) watch(done <-chan struct{}) (all []int64) {
	every := time.NewTicker(time.Second)
	defer every.Stop()
	for {
		select {
		case <-every.C:
			if m, err := p.memory(); err == nil {
				all = append(all, m)
			}
		case <-done:
			return all
		}
	}
}

// first lets a process go before others, on processors that they share.
func first(ctx context.Context, p *process) error {
	if out, err := exec.CommandContext(ctx, "renice", "-n", "-10", "-p", strconv.Itoa(p.cmd.Process.Pid)).CombinedOutput(); err != nil {
		return fmt.Errorf("renice, which only root may: %w: %s", err, strings.TrimSpace(string(out)))
	}
	return nil
}

// pin keeps all threads of a process on some processors.
func pin(ctx context.Context, pid, processors string) error {
	if pid == "self" {
		pid = strconv.Itoa(os.Getpid())
	}
	if out, err := exec.CommandContext(ctx, "taskset", "-a", "-c", "-p", processors, pid).CombinedOutput(); err != nil {
		return fmt.Errorf("taskset: %w: %s", err, strings.TrimSpace(string(out)))
	}
	return nil
}
