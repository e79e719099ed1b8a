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
	replicas  = 1   // of each Redis master
	spareNode = 1   // a gate node more than the load needs, for when one fails
	spareRAM  = 1.5 // times what lies in Redis: fragmentation, and a copy while it persists
)

// costs are of one crossing, as measured.
type costs struct {
	gate    float64 // seconds of a processor, at the gate
	shared  float64 // of a processor, at the Redis server that holds what all visitors share
	spread  float64 // of a processor, at all Redis servers together, that spreads over them
	kept    float64 // bytes times seconds, in Redis
	http    float64 // bytes, both ways, between visitors and gates
	redis   float64 // bytes, both ways, between gates and Redis
	handled float64 // crossings a second that one server carried, for comparison
}

// costsOf takes what it needs from the figures. In a cluster each visitor's own accounts spread over all servers, and those that
// all share, with the records, lie on one: what that one took more than the others is theirs.
func costsOf(f *serving.Figures) (costs, error) {
	var single, cluster *serving.Stand
	for i := range f.Stands {
		switch f.Stands[i].Name {
		case serving.Redis:
			single = &f.Stands[i]
		case serving.Cluster:
			cluster = &f.Stands[i]
		}
	}
	if single == nil || cluster == nil || single.RedisKept == 0 {
		return costs{}, errors.New("the figures have no Redis and no cluster")
	}
	const masters = 3
	all, busiest := measure.Median(cluster.Crossings.RedisCPU), measure.Median(cluster.Crossings.BusiestUS)
	other := (all - busiest) / (masters - 1)
	return costs{
		gate: measure.Median(cluster.Crossings.ServerCPU) / 1e6, shared: (busiest - other) / 1e6, spread: masters * other / 1e6,
		kept: single.RedisKept, http: single.BytesIn + single.BytesOut, redis: cluster.RedisBytesIn + cluster.RedisBytesOut,
		handled: measure.Median(single.Crossings.PerSecond),
	}, nil
}

func (c costs) table() string {
	return fmt.Sprintf(`| of one crossing | |
|---|---|
| CPU at the gate, on a cluster | %.0f µs |
| CPU at Redis, of what belongs to one visitor and spreads over all masters | %.0f µs |
| CPU at Redis, of the accounts that all visitors share, which lie on one master | %.0f µs |
| memory in Redis | as much as %.1f kB for a day |
| between visitors and gates | %.1f kB |
| between gates and Redis | %.1f kB |
`, c.gate*1e6, c.spread*1e6, c.shared*1e6, c.kept/1000/86400, c.http/1000, c.redis/1000)
}

// size is what a number of crossings a second needs.
type size struct {
	perSecond float64
	cells     int // deployments with accounts of their own
	nodes     int // gates, of all cells
	masters   int // Redis masters, of all cells
	ram       float64
	http      float64 // bits a second
	redis     float64 // bits a second
}

// most is how many crossings a second one cell carries: as many as one Redis server can charge to the accounts that all share.
func (c costs) most() float64 { return load / c.shared }

func (c costs) size(perSecond float64) size {
	s := size{perSecond: perSecond, cells: int(up(perSecond / c.most()))}
	each := perSecond / float64(s.cells)
	s.nodes = s.cells * (int(up(each*c.gate/load/cores)) + spareNode)
	// One master for what is shared; the others for the rest. Where one is enough for both, it is one.
	masters := 1 + int(up(each*c.spread/load))
	if each*(c.shared+c.spread) <= load+slack {
		masters = 1
	}
	s.masters = s.cells * masters
	s.ram = perSecond * c.kept * spareRAM * (1 + replicas)
	s.http, s.redis = perSecond*c.http*8, perSecond*c.redis*8
	return s
}

// slack is what a number that should be whole may be too much by.
const slack = 1e-9

func up(v float64) float64 { return math.Ceil(v - slack) }

func sizes(c costs) string {
	var b strings.Builder
	b.WriteString("| crossings a second | a day | cells | gate nodes of 8 cores | Redis masters, with a replica each | memory of all Redis | visitors' network | network to Redis |\n|---|---|---|---|---|---|---|---|\n")
	for _, perSecond := range []float64{10, 1_000, 100_000, 1_000_000} {
		s := c.size(perSecond)
		fmt.Fprintf(&b, "| %s | %s | %d | %d | %d | %s | %s | %s |\n", scaled(s.perSecond, ""), scaled(s.perSecond*86400, ""), s.cells, s.nodes, s.masters,
			scaled(s.ram, "B"), scaled(s.http, "bit/s"), scaled(s.redis, "bit/s"))
	}
	fmt.Fprintf(&b, "\nOne cell carries %s crossings a second at most, with %.0f %% of a processor for the accounts that all share.\n", scaled(c.most(), ""), 100*load)
	return b.String()
}

// scaled writes a number with three digits at most.
func scaled(v float64, unit string) string {
	for _, step := range []struct {
		size float64
		name string
	}{{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}} {
		if v >= step.size {
			return strings.TrimSpace(fmt.Sprintf("%.3g %s%s", v/step.size, step.name, unit))
		}
	}
	return strings.TrimSpace(fmt.Sprintf("%.3g %s", v, unit))
}
