package main

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/cattlegrid/cattlegrid/bench/measure"
	"github.com/cattlegrid/cattlegrid/bench/serving"
)

// What is assumed, besides what was measured.
const (
	load      = 0.6 // of a processor, so that a peak, a failed neighbour or a rolling restart has room
	cores     = 8   // of a gate node
	spareNode = 1   // a gate node more than the load needs, for when one fails
	replicas  = 2   // of each Redis master, as docs/operating.md recommends
	masters   = 3   // of a cluster at least: with fewer no majority is left to agree on a failover
	spareRAM  = 1.5 // times what lies in Redis: fragmentation, and a copy while it persists

	// Bytes that one Redis takes at most, the spare ones included. It stands still while it forks, longer the more it holds, and
	// a replica that begins anew is none until it has been sent all of it.
	mostRAM = 16e9
)

// What replicas cost. It was measured of single steps of the store, not of crossings: docs/adr/0021-rueidis.md, the last two
// lines of its table. These are the upper ends.
const (
	feeding      = 0.13 // of the CPU of Redis more for each replica: 17 µs a step instead of 15
	waitingRedis = 1.9  // times the CPU of Redis, for a step that waits: 32 µs instead of 17
	waitingStep  = 3.8  // times the CPU of a step at the gate: 31 µs instead of 8.2
)

// costs are of one crossing: on one Redis, where nothing spreads, or on a cluster.
type costs struct {
	gate   float64 // seconds of a processor, at the gate
	step   float64 // of that, those that steps of the store take
	shared float64 // of a processor, at the Redis server that holds what all visitors share
	spread float64 // of a processor, at all Redis servers together, that spreads over them
	redis  float64 // bytes, both ways, between gates and Redis
}

// replicated are the costs with replicas that are fed and, if so, waited for.
func (c costs) replicated(wait bool) costs {
	times := 1 + feeding*replicas
	if wait {
		times += (waitingRedis - 1) * (1 + feeding) // it was measured with one replica
		c.gate += (waitingStep - 1) * c.step
		c.step *= waitingStep
	}
	c.shared *= times
	c.spread *= times
	return c
}

// site is what crossings cost where there is one Redis, and where there are clusters.
type site struct {
	single, cluster costs

	kept float64 // bytes times seconds that a crossing leaves in Redis
	http float64 // bytes, both ways, between visitors and gates
}

// siteOf takes what it needs from the figures. In a cluster each visitor's own accounts spread over all servers, and those that
// all share, with the records, lie on one: what that one took more than the others is theirs. What the steps of a store take of a
// gate is what it takes more than one that has all in its own memory.
func siteOf(f *serving.Figures) (site, error) {
	stands := map[string]*serving.Stand{}
	for i := range f.Stands {
		stands[f.Stands[i].Name] = &f.Stands[i]
	}
	memory, single, cluster := stands[serving.Memory], stands[serving.Redis], stands[serving.Cluster]
	if memory == nil || single == nil || cluster == nil || single.RedisKept == 0 {
		return site{}, errors.New("the figures have no memory, no Redis or no cluster")
	}
	of := func(stand *serving.Stand) costs {
		gate := measure.Median(stand.Crossings.ServerCPU) / 1e6
		return costs{
			gate: gate, step: gate - measure.Median(memory.Crossings.ServerCPU)/1e6,
			shared: measure.Median(stand.Crossings.RedisCPU) / 1e6, redis: stand.RedisBytesIn + stand.RedisBytesOut,
		}
	}
	s := site{single: of(single), cluster: of(cluster), kept: single.RedisKept, http: single.BytesIn + single.BytesOut}
	const measured = 3 // masters
	busiest := measure.Median(cluster.Crossings.BusiestUS) / 1e6
	other := (s.cluster.shared - busiest) / (measured - 1)
	s.cluster.shared, s.cluster.spread = busiest-other, measured*other
	return s, nil
}

// replicated is the site with replicas that are fed and, if so, waited for.
func (s site) replicated(wait bool) site {
	s.single, s.cluster = s.single.replicated(wait), s.cluster.replicated(wait)
	return s
}

func (s site) table() string {
	waiting := s.replicated(true)
	var b strings.Builder
	b.WriteString("| of one crossing | one Redis | a cluster | one Redis, waiting | a cluster, waiting |\n|---|--:|--:|--:|--:|\n")
	row := func(title string, unit float64, value func(c costs) float64) {
		fmt.Fprintf(&b, "| %s |", title)
		for _, c := range []costs{s.single, s.cluster, waiting.single, waiting.cluster} {
			if v := value(c) * unit; v > 0 {
				fmt.Fprintf(&b, " %.0f |", v)
			} else {
				b.WriteString(" – |")
			}
		}
		b.WriteString("\n")
	}
	row("CPU at the gate, µs", 1e6, func(c costs) float64 { return c.gate })
	row("CPU at the one Redis, or at the master of the accounts that all visitors share, µs", 1e6, func(c costs) float64 { return c.shared })
	row("CPU at Redis, of what belongs to one visitor and spreads over all masters, µs", 1e6, func(c costs) float64 { return c.spread })
	row("between gates and Redis, bytes", 1, func(c costs) float64 { return c.redis })
	fmt.Fprintf(&b, "\nA crossing takes as much as %.1f kB of Redis' memory for a day, and %.1f kB between visitors and gates.\n", s.kept/1000/86400, s.http/1000)
	return b.String()
}

// size is what a number of crossings a second needs.
type size struct {
	perSecond float64
	cells     int // deployments with accounts of their own
	nodes     int // gates, of all cells
	masters   int // Redis masters, of all cells
	busy      int // those that processors alone would need
	ram       float64
	http      float64 // bits a second
	redis     float64 // bits a second
}

// most is how many crossings a second one cell carries: as many as one Redis server can charge to the accounts that all share.
func (s site) most() float64 { return load / s.cluster.shared }

// carried is by what so many crossings a second are carried that leave so many bytes in Redis.
func (s site) carried(perSecond, bytes float64) (c costs, cells, all int) {
	if perSecond*s.single.shared <= load+slack && bytes <= mostRAM+slack {
		return s.single, 1, 1
	}
	c, cells = s.cluster, int(up(perSecond/s.most()))
	each := 1 / float64(cells)
	// One master for what is shared; the others for the rest.
	others := max(perSecond*each*c.spread/load, bytes*each/mostRAM)
	return c, cells, cells * max(masters, 1+int(up(others)))
}

func (s site) size(perSecond float64) size {
	bytes := perSecond * s.kept * spareRAM
	_, _, busy := s.carried(perSecond, 0)
	c, cells, all := s.carried(perSecond, bytes)
	nodes := int(up(perSecond/float64(cells)*c.gate/load/cores)) + spareNode
	return size{
		perSecond: perSecond, cells: cells, nodes: cells * nodes, masters: all, busy: busy,
		ram: bytes * (1 + replicas), http: perSecond * s.http * 8, redis: perSecond * c.redis * 8,
	}
}

// slack is what a number that should be whole may be too much by.
const slack = 1e-9

func up(v float64) float64 { return math.Ceil(v - slack) }

func (s site) sizes() string {
	var b strings.Builder
	fmt.Fprintf(&b, "| crossings a second | a day | cells | gate nodes of %d cores | Redis masters, with %d replicas each | of these, for CPU alone | memory of all Redis | visitors' network | gates to Redis |\n|---|---|--:|--:|--:|--:|--:|--:|--:|\n", cores, replicas)
	for _, perSecond := range []float64{10, 100, 1_000, 100_000, 1_000_000} {
		n := s.size(perSecond)
		fmt.Fprintf(&b, "| %s | %s | %d | %d | %d | %d | %s | %s | %s |\n", scaled(n.perSecond, ""), scaled(n.perSecond*86400, ""), n.cells, n.nodes, n.masters, n.busy,
			scaled(n.ram, "B"), scaled(n.http, "bit/s"), scaled(n.redis, "bit/s"))
	}
	fmt.Fprintf(&b, "\nOne Redis carries %s crossings a second by its processor, and by its memory %s if every visitor is new. One cell carries %s at most, with %.0f %% of a processor for the accounts that all share.\n",
		scaled(load/s.single.shared, ""), scaled(mostRAM/spareRAM/s.kept, ""), scaled(s.most(), ""), 100*load)
	return b.String()
}

// scaled writes a number with three digits at most.
func scaled(v float64, unit string) string {
	for _, step := range []struct {
		size float64
		name string
	}{{1e15, "P"}, {1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}} {
		if v >= step.size {
			return strings.TrimSpace(fmt.Sprintf("%.3g %s%s", v/step.size, step.name, unit))
		}
	}
	return strings.TrimSpace(fmt.Sprintf("%.3g %s", v, unit))
}
