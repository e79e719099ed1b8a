package serving

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/cattlegrid/cattlegrid/bench/measure"
	"github.com/cattlegrid/cattlegrid/internal/loadgen"
)

// Plan is how much is measured.
type Plan struct {
	Rounds  int
	Period  time.Duration // of each measurement in a round; those at 70 % and of an onrush take five times as long
	Million int           // how many outstanding challenges a million are
}

// Run measures all. It says what it is at.
func (b Bench) Run(ctx context.Context, p Plan, say func(string)) (*Figures, error) {
	f := &Figures{Circumstances: here(p)}
	for _, name := range []string{Ceiling, Memory, Bolt, Redis, Cluster} {
		f.Stands = append(f.Stands, Stand{Name: name})
	}
	busy := others()
	for round := range p.Rounds {
		for _, i := range rand.Perm(len(f.Stands)) { //nolint:gosec // an order is no secret
			say(fmt.Sprintf("round %d of %d: %s", round+1, p.Rounds, f.Stands[i].Name))
			if err := b.round(ctx, p, f, &f.Stands[i]); err != nil {
				return nil, err
			}
		}
		if err := f.draw(p.Period); err != nil {
			return nil, err
		}
		say(fmt.Sprintf("round %d of %d: replicas", round+1, p.Rounds))
		if err := b.replicas(ctx, p, f); err != nil {
			return nil, err
		}
	}
	for i := range f.Stands[1:] {
		say("at 70 %: " + f.Stands[i+1].Name)
		if err := b.unhurried(ctx, p, &f.Stands[i+1]); err != nil {
			return nil, err
		}
	}
	say("the embedded store in this process")
	if err := b.embedded(ctx, p, f); err != nil {
		return nil, err
	}
	if err := b.Overload(ctx, p, f, say); err != nil {
		return nil, err
	}
	f.Others = busy()
	return f, nil
}

// here are the circumstances of what is measured now, without the version of Redis.
func here(p Plan) Circumstances {
	return Circumstances{
		When: time.Now().UTC(), Processor: measure.Processor(), Cores: runtime.NumCPU(), Go: runtime.Version(), Seconds: p.Period.Seconds(),
	}
}

// learn asks for the version of Redis, if a stand has one.
func (c *Circumstances) learn(ctx context.Context, s *stand) (err error) {
	if len(s.redis) > 0 && c.Version == "" {
		c.Version, err = s.redis[0].tells(ctx, "redis_version")
	}
	return err
}

// others returns what tells how many cores other programs have kept busy from now on.
func others() func() float64 {
	began, ours := time.Now(), cpuOfAll()
	machine, known := measure.Machine()
	return func() float64 {
		now, ok := measure.Machine()
		if !ok || !known {
			return 0
		}
		return max(0, (now-machine-(cpuOfAll()-ours)).Seconds()/time.Since(began).Seconds())
	}
}

// Overload measures anew what happens when more and more visitors come.
func (b Bench) Overload(ctx context.Context, p Plan, f *Figures, say func(string)) error {
	f.Overload, f.OverloadAt = nil, here(p)
	busy := others()
	for _, name := range []string{Bolt, Redis} {
		for _, times := range []float64{0.75, 1, 1.5, 3} {
			say(fmt.Sprintf("%g times as many visitors as a few connections carry: %s", times, name))
			if err := b.onrush(ctx, p, f, name, times); err != nil {
				return err
			}
		}
	}
	f.OverloadAt.Others = busy()
	return nil
}

// cpuOfAll is the CPU time of this program and of those that it started and that have ended.
func cpuOfAll() (sum time.Duration) {
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var usage syscall.Rusage
		if syscall.Getrusage(who, &usage) == nil {
			sum += time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
		}
	}
	return sum
}

// round measures one stand, from its start.
func (b Bench) round(ctx context.Context, p Plan, f *Figures, to *Stand) error {
	s, err := b.open(ctx, to.Name, 1)
	if err != nil {
		return err
	}
	defer s.close()
	if to.StartMillis == 0 || float64(s.started.Microseconds())/1000 < to.StartMillis {
		to.StartMillis = float64(s.started.Microseconds()) / 1000
	}
	if err := f.learn(ctx, s); err != nil {
		return err
	}
	idle, err := s.servers[0].memory()
	if err != nil {
		return err
	}
	to.IdleBytes = int64(median(&to.idle, float64(idle)))
	if _, err := s.saturate(ctx, p, true, &to.Pictures); err != nil {
		return err
	}
	if to.Name == Ceiling {
		return nil
	}
	l, err := s.saturate(ctx, p, false, &to.Crossings)
	if err != nil {
		return err
	}
	to.BytesIn, to.BytesOut = median(&to.in, float64(l.results[0].Sent)/l.total()), median(&to.out, float64(l.results[0].Received)/l.total())
	to.RedisBytesIn, to.RedisBytesOut = median(&to.redisIn, l.spent.toRedis/l.total()), median(&to.redisOut, l.spent.fromIt/l.total())
	if to.Name != Redis {
		return nil
	}
	to.Trips, err = s.redis[0].monitor(ctx, func() error { return s.one(ctx) })
	if err != nil || to.RedisKept > 0 {
		return err
	}
	return b.kept(ctx, to)
}

// median adds what was measured in one more round, and returns the median of all.
func median(rounds *[]float64, v float64) float64 {
	*rounds = append(*rounds, v)
	return measure.Median(*rounds)
}

// kept finds out how much of Redis' memory what one crossing leaves takes for how long: of so many at a rate, the memory that
// is taken is that times the rate. Records of prefixes and networks are left out, of which there are only so many, and what all
// gates have in common. Whatever else stayed for ever would make the sum meaningless.
func (b Bench) kept(ctx context.Context, to *Stand) error {
	const crossings = 300 // few enough to look at all that they leave
	s, err := b.open(ctx, Redis, 1)
	if err != nil {
		return err
	}
	defer s.close()
	for range crossings {
		if err := s.one(ctx); err != nil {
			return err
		}
	}
	text, err := s.redis[0].ask(ctx, "EVAL", `local sum = 0
for _, key in ipairs(redis.call('KEYS', '*')) do
  if not string.match(key, '^Record_prefix_') and not string.match(key, '^Record_network_') and not string.match(key, '^cattlegrid_') then
    local left = redis.call('PTTL', key)
    if left < 0 then
      return redis.error_reply(key .. ' stays for ever')
    end
    sum = sum + redis.call('MEMORY', 'USAGE', key) * left / 1000
  end
end
return string.format('%.0f', sum)`, "0")
	if err != nil {
		return err
	}
	sum, err := strconv.ParseFloat(strings.Trim(text, "\"\n"), 64)
	to.RedisKept = sum / crossings
	return err
}

// one carries a single visitor across.
func (s *stand) one(ctx context.Context) error {
	return loadgen.Plan{URL: s.urls[0]}.Try(ctx)
}

// replicas measures two servers on one Redis beside one.
func (b Bench) replicas(ctx context.Context, p Plan, f *Figures) error {
	for _, i := range rand.Perm(2) { //nolint:gosec // an order is no secret
		// Two share the processors that one has: more of them would only be more threads in turn.
		share := fmt.Sprintf("GOMAXPROCS=%d", max(1, runtime.NumCPU()/(i+1)))
		s, err := b.open(ctx, Redis, i+1, share)
		if err != nil {
			return err
		}
		var got Saturated
		_, err = s.saturate(ctx, p, false, &got)
		s.close()
		if err != nil {
			return err
		}
		if i == 0 {
			f.Replicas.One = append(f.Replicas.One, got.PerSecond...)
		} else {
			f.Replicas.Two = append(f.Replicas.Two, got.PerSecond...)
		}
	}
	return nil
}

const long = 5 // how many periods the longer measurements take

// unhurried measures how long visitors wait at 70 % of what can be carried.
func (b Bench) unhurried(ctx context.Context, p Plan, to *Stand) error {
	s, err := b.open(ctx, to.Name, 1)
	if err != nil {
		return err
	}
	defer s.close()
	to.At70.Rate = 0.7 * measure.Median(to.Crossings.PerSecond)
	l, err := s.load(ctx, loadgen.Plan{Rate: to.At70.Rate, Warmup: p.Period / 2, For: long * p.Period, Connections: 1024})
	if err != nil {
		return err
	}
	to.At70.Picture, to.At70.Crossing = waitsOf(l.results[0].Steps[0].Times), waitsOf(l.last().Times)
	to.At70.Failed = l.results[0].Failed()
	return nil
}
