package serving

import (
	"fmt"
	"strings"
	"time"

	"github.com/cattlegrid/cattlegrid/bench/measure"
)

// Tables are the figures as markdown, by the names that documents have places for.
func (f *Figures) Tables() map[string]string {
	return map[string]string{
		"pictures":  f.pictures() + f.circumstances(),
		"crossings": f.crossings(),
		"waits":     f.waits(),
		"embedded":  f.embeddedTable(),
		"overload":  f.overload() + f.OverloadAt.ofOverload(),
		"targets":   f.targets(),
	}
}

// circumstances says where and how the figures came about.
func (f *Figures) circumstances() string {
	return fmt.Sprintf("Medians of %d rounds of %g s each, in an order of chance; ± half the distance between the quartiles. %s, %d cores, %s, Redis %s, on %s; "+
		"other programs kept %.1f cores busy meanwhile. Again: `make serving`.\n",
		len(f.Stands[0].Pictures.PerSecond), f.Seconds, f.Processor, f.Cores, f.Go, f.Version, f.When.Format("2 January 2006"), f.Others)
}

// ofOverload says where and how the figures of the overload came about; nothing if that is not known.
func (c *Circumstances) ofOverload() string {
	if c.When.IsZero() {
		return ""
	}
	return fmt.Sprintf("\nSingle runs of %g s each. %s, %d cores, %s, Redis %s, on %s; other programs kept %.1f cores busy meanwhile. Again: `serving -overload`.\n",
		long*c.Seconds, c.Processor, c.Cores, c.Go, c.Version, c.When.Format("2 January 2006"), c.Others)
}

// spread writes the median of the rounds and how far they lie apart.
func spread(rounds []float64, format string) string {
	median := measure.Median(rounds)
	if median == 0 {
		return "–"
	}
	return fmt.Sprintf(format+" ± %.0f %%", thousands(median), 100*measure.Spread(rounds)/median)
}

// thousands writes a number with spaces.
func thousands(v float64) string {
	text := fmt.Sprintf("%.0f", v)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + " " + text[i:]
	}
	return text
}

// ratio is the median of what each round of a was to the same round of b.
func ratio(a, b []float64) float64 {
	var all []float64
	for i := range min(len(a), len(b)) {
		all = append(all, a[i]/b[i])
	}
	return measure.Median(all)
}

var titles = map[string]string{
	Ceiling: "ceiling: `net/http`, one SET, a constant picture", Memory: "`MemStore`", Bolt: "`boltstore`", Redis: "Redis", Cluster: "Redis Cluster, three masters",
}

// title is the name of a stand in tables.
func (s *Stand) title() string { return titles[s.Name] }

func (f *Figures) pictures() string {
	var b strings.Builder
	b.WriteString("| | pictures a second | of the ceiling | server's CPU | Redis' CPU | CPU : (ceiling + drawing) |\n|---|---|---|---|---|---|\n")
	ceiling := f.Stands[0].Pictures
	for i := range f.Stands {
		s := &f.Stands[i]
		redis, cost := spread(s.Pictures.RedisCPU, "%s µs"), ""
		if i > 0 {
			cost = fmt.Sprintf("%.2f", f.costRatio(s))
		}
		fmt.Fprintf(&b, "| %s | %s | %.0f %% | %s | %s | %s |\n", s.title(), spread(s.Pictures.PerSecond, "%s"),
			100*ratio(s.Pictures.PerSecond, ceiling.PerSecond), spread(s.Pictures.ServerCPU, "%s µs"), redis, cost)
	}
	fmt.Fprintf(&b, "\nDrawing one picture takes %s of CPU in the same run.\n\n", spread(f.Drawing, "%s µs"))
	return b.String()
}

// costRatio is what a picture costs the server, to what the ceiling costs and the drawing together.
func (f *Figures) costRatio(s *Stand) float64 {
	floor := make([]float64, len(f.Drawing))
	for i := range floor {
		floor[i] = f.Stands[0].Pictures.ServerCPU[i] + f.Drawing[i]
	}
	return ratio(s.Pictures.ServerCPU, floor)
}

func (f *Figures) crossings() string {
	var b strings.Builder
	b.WriteString("| | crossings a second | server's CPU | Redis' CPU | round trips | HTTP, bytes in / out | Redis, bytes in / out |\n|---|---|---|---|---|---|---|\n")
	for i := range f.Stands[1:] {
		s := &f.Stands[i+1]
		trips, redis := "–", "–"
		if s.Trips > 0 {
			trips = fmt.Sprint(s.Trips)
		}
		if s.RedisBytesIn > 0 {
			redis = thousands(s.RedisBytesIn) + " / " + thousands(s.RedisBytesOut)
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s / %s | %s |\n", s.title(), spread(s.Crossings.PerSecond, "%s"), spread(s.Crossings.ServerCPU, "%s µs"),
			spread(s.Crossings.RedisCPU, "%s µs"), trips, thousands(s.BytesIn), thousands(s.BytesOut), redis)
	}
	fmt.Fprintf(&b, "| two servers on one Redis | %s | | | | | |\n", spread(f.Replicas.Two, "%s"))
	fmt.Fprintf(&b, "\nTwo servers on one Redis carry %.2f times what one does (%s beside %s), all on the same %d cores.\n",
		ratio(f.Replicas.Two, f.Replicas.One), thousands(measure.Median(f.Replicas.Two)), thousands(measure.Median(f.Replicas.One)), f.Cores)
	return b.String()
}

func (f *Figures) waits() string {
	var b strings.Builder
	b.WriteString("| | visitors a second | picture p50 | p99 | p99.9 | crossing p50 | p99 | p99.9 | failed |\n|---|---|---|---|---|---|---|---|---|\n")
	for i := range f.Stands[1:] {
		s := &f.Stands[i+1]
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %d |\n", s.title(), thousands(s.At70.Rate), s.At70.Picture, s.At70.Crossing, s.At70.Failed)
	}
	return b.String()
}

// String writes the waits as three cells.
func (w Waits) String() string {
	return fmt.Sprintf("%.1f ms | %.1f ms | %.1f ms", w.P50, w.P99, w.P999)
}

func (f *Figures) embeddedTable() string {
	bolt := f.stand(Bolt)
	return fmt.Sprintf(`| | |
|---|---|
| challenges stored and taken a second, by %s in process | %s |
| live heap of %s outstanding challenges | %s |
| with the limits of their clients and networks | %s |
| from the start to the first answer, quickest of %d | %.0f ms |
| memory of a server that waits | %s MB |
`, "`boltstore`", spread(f.Embedded.PutAttempts, "%s"), thousands(float64(f.Embedded.Challenges)),
		heapAndTaken(f.Embedded.Alone, f.Embedded.AloneTaken), heapAndTaken(f.Embedded.Bytes, f.Embedded.Taken),
		len(bolt.Pictures.PerSecond), bolt.StartMillis, megabytes(bolt.IdleBytes))
}

// heapAndTaken writes how much heap is live, and how much memory the process takes for that, if it is known.
func heapAndTaken(live, taken int64) string {
	if taken == 0 {
		return megabytes(live) + " MB"
	}
	return fmt.Sprintf("%s MB; %s MB of memory, with garbage and what is mapped of the file", megabytes(live), megabytes(taken))
}

func megabytes(n int64) string { return fmt.Sprintf("%.0f", float64(n)/1e6) }

func (f *Figures) stand(name string) *Stand {
	for i := range f.Stands {
		if f.Stands[i].Name == name {
			return &f.Stands[i]
		}
	}
	return &Stand{}
}

func (f *Figures) overload() string {
	var b strings.Builder
	b.WriteString("| | come | got across | of the best | of few connections' | turned away | their p99 | requests accepted: p50 | p99 | p99.9 | failed | memory, MB |\n" +
		"|---|---|---|---|---|---|---|---|---|---|---|---|\n")
	for _, o := range f.Overload {
		var first, last int64
		if len(o.Memory) > 0 {
			first, last = o.Memory[0], o.Memory[len(o.Memory)-1]
		}
		fmt.Fprintf(&b, "| %s, %g times | %s a second | %s | **%.0f %%** | %.0f %% | %s | %.0f ms | %s | %d | %s → %s |\n",
			titles[o.Stand], o.Times, thousands(o.Rate), thousands(o.OK), 100*o.OK/f.best(o.Stand), 100*o.OK/o.Peak,
			thousands(o.Shed), o.ShedP99, o.Accepted, o.Failed, megabytes(first), megabytes(last))
	}
	return b.String()
}

// best is the most visitors a second that a stand got across, however many came.
func (f *Figures) best(stand string) (most float64) {
	for _, o := range f.Overload {
		if o.Stand == stand {
			most = max(most, o.OK)
		}
	}
	return most
}

// worst is of the greatest overload: the least of the best that got across, and the longest that one of a hundred accepted took.
func (f *Figures) worst() (times, share, p99 float64) {
	share = 1
	for _, o := range f.Overload {
		times = max(times, o.Times)
	}
	for _, o := range f.Overload {
		if o.Times == times {
			share, p99 = min(share, o.OK/f.best(o.Stand)), max(p99, o.Accepted.P99)
		}
	}
	return times, share, p99
}

// targets says which of the aims were reached.
func (f *Figures) targets() string {
	redis := f.stand(Redis)
	times, goodput, p99 := f.worst()
	var b strings.Builder
	b.WriteString("| aim | measured | |\n|---|---|---|\n")
	line := func(aim, measured string, reached bool) {
		said := "**missed**"
		if reached {
			said = "reached"
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", aim, measured, said)
	}
	cost, share := f.costRatio(redis), ratio(redis.Pictures.PerSecond, f.Stands[0].Pictures.PerSecond)
	line("a picture costs at most 1.2 × (ceiling + drawing), on Redis", fmt.Sprintf("%.2f", cost), cost <= 1.2)
	line("pictures a second: at least 40 % of the ceiling's, on Redis", fmt.Sprintf("%.0f %%", 100*share), share >= 0.4)
	line("round trips of a crossing: at most 5", fmt.Sprint(redis.Trips), redis.Trips > 0 && redis.Trips <= 5)
	puts := measure.Median(f.Embedded.PutAttempts)
	line("`boltstore`: at least 200 000 challenges stored and taken a second", thousands(puts), puts >= 200_000)
	alone, limited := float64(f.Embedded.Alone)/float64(f.Embedded.Challenges), float64(f.Embedded.Bytes)/float64(f.Embedded.Challenges)
	line("a million outstanding challenges: at most 250 MB of live heap", fmt.Sprintf("%.0f MB", alone), alone <= 250)
	line("the same with the limits of those who asked", fmt.Sprintf("%.0f MB", limited), limited <= 250)
	bolt := f.stand(Bolt)
	line("from the start to the first answer: at most 100 ms", fmt.Sprintf("%.0f ms", bolt.StartMillis), bolt.StartMillis <= 100)
	line("idle: at most 40 MB", megabytes(bolt.IdleBytes)+" MB", bolt.IdleBytes <= 40e6)
	two := ratio(f.Replicas.Two, f.Replicas.One)
	line("two servers on one Redis no slower than one", fmt.Sprintf("%.2f times", two), two >= 1)
	line(fmt.Sprintf("when %g times as many come: at least 80 %% of the best get across", times), fmt.Sprintf("%.0f %%", 100*goodput), goodput >= 0.8)
	line("and 99 of 100 requests accepted within 250 ms", fmt.Sprintf("%.0f ms", p99), p99 <= 250)
	return b.String()
}

// Took is how long the plan takes, about.
func (p Plan) Took() time.Duration {
	const stands, each = 6, 2.5 // with what it takes to set them up
	return time.Duration(float64(p.Rounds)*stands*each*float64(p.Period)) + 12*(long+2)*p.Period
}
