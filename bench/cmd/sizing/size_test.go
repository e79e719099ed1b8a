package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cattlegrid/cattlegrid/bench/serving"
)

// On one Redis all is on one server. What a cluster's busiest master takes more than the others is what all visitors share; the
// rest spreads. What a gate takes more than one that has all in memory are the steps of the store.
func TestCosts(t *testing.T) {
	got, err := siteOf(&serving.Figures{Stands: []serving.Stand{
		{Name: serving.Memory, Crossings: serving.Saturated{ServerCPU: []float64{200, 250, 300}}},
		{Name: serving.Redis, RedisKept: 5e6, BytesIn: 700, BytesOut: 3300, RedisBytesIn: 7000, RedisBytesOut: 500, Crossings: serving.Saturated{
			ServerCPU: []float64{350, 350, 350}, RedisCPU: []float64{300, 300, 300}, BusiestUS: []float64{300, 300, 300},
		}},
		{Name: serving.Cluster, RedisBytesIn: 8000, RedisBytesOut: 1000, Crossings: serving.Saturated{
			ServerCPU: []float64{500, 600, 700}, RedisCPU: []float64{400, 400, 400}, BusiestUS: []float64{200, 200, 200},
		}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	want := site{
		single:  costs{gate: 350e-6, step: 100e-6, shared: 300e-6, redis: 7500},
		cluster: costs{gate: 600e-6, step: 350e-6, shared: 100e-6, spread: 300e-6, redis: 9000},
		kept:    5e6, http: 4000,
	}
	if !got.near(want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if _, err := siteOf(&serving.Figures{}); err == nil {
		t.Error("no figures are no error")
	}
}

// Replicas cost Redis what feeding them takes; waiting costs it more, and the steps of the gate.
func TestReplicated(t *testing.T) {
	c := costs{gate: 350e-6, step: 100e-6, shared: 100e-6, spread: 300e-6, redis: 7500}
	for wait, want := range map[bool]costs{
		false: {gate: 350e-6, step: 100e-6, shared: 126e-6, spread: 378e-6, redis: 7500},
		true:  {gate: 630e-6, step: 380e-6, shared: 227.7e-6, spread: 683.1e-6, redis: 7500},
	} {
		if got := c.replicated(wait); !got.near(want) {
			t.Errorf("waiting %v: got %+v, want %+v", wait, got, want)
		}
	}
}

func near(a, b float64) bool { return a >= 0.999*b && a <= 1.001*b }

func (c costs) near(d costs) bool {
	return near(c.gate, d.gate) && near(c.step, d.step) && near(c.shared, d.shared) && near(c.spread, d.spread) && near(c.redis, d.redis)
}

func (s site) near(t site) bool {
	return s.single.near(t.single) && s.cluster.near(t.cluster) && near(s.kept, t.kept) && near(s.http, t.http)
}

// Small needs one Redis and a spare gate, at the costs of one Redis; more than it can do or hold needs a cluster, of three at
// least; and large splits into cells when one server cannot charge what all share.
func TestSize(t *testing.T) {
	s := site{
		single:  costs{gate: 400e-6, shared: 300e-6, redis: 7500},
		cluster: costs{gate: 600e-6, shared: 100e-6, spread: 300e-6, redis: 9000},
		kept:    5e6, http: 4000,
	}
	for _, want := range []size{
		{perSecond: 100, cells: 1, nodes: 2, masters: 1, busy: 1, redis: 100 * 7500 * 8},
		{perSecond: 2000, cells: 1, nodes: 2, masters: 1, busy: 1, redis: 2000 * 7500 * 8},
		{perSecond: 2001, cells: 1, nodes: 2, masters: 3, busy: 3, redis: 2001 * 9000 * 8},
		{perSecond: 6000, cells: 1, nodes: 2, masters: 4, busy: 4, redis: 6000 * 9000 * 8},
		{perSecond: 12_000, cells: 2, nodes: 4, masters: 8, busy: 8, redis: 12_000 * 9000 * 8},
		{perSecond: 600_000, cells: 100, nodes: 200, masters: 400, busy: 400, redis: 600_000 * 9000 * 8},
	} {
		got := s.size(want.perSecond)
		want.ram, want.http = want.perSecond*5e6*1.5*3, want.perSecond*4000*8
		if !near(got.ram, want.ram) || !near(got.http, want.http) || !near(got.redis, want.redis) {
			t.Errorf("got %+v, want %+v", got, want)
		}
		if got.cells != want.cells || got.nodes != want.nodes || got.masters != want.masters || got.busy != want.busy {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}

	// At 150 MB for each crossing a second one Redis of 16 GB has room for 106 of them.
	s.kept = 1e8
	for _, want := range []size{
		{perSecond: 106, cells: 1, masters: 1, busy: 1},
		{perSecond: 107, cells: 1, masters: 3, busy: 1},
		{perSecond: 1000, cells: 1, masters: 11, busy: 1},
		{perSecond: 12_000, cells: 2, masters: 116, busy: 8},
	} {
		if got := s.size(want.perSecond); got.cells != want.cells || got.masters != want.masters || got.busy != want.busy {
			t.Errorf("full: got %+v, want %+v", got, want)
		}
	}
	if text := s.sizes() + s.table(); !strings.Contains(text, "| 1 M | 86.4 G |") || !strings.Contains(text, "One cell carries 6 k at most") {
		t.Errorf("the tables: %s", text)
	}
}

// The document says what follows from the figures that lie beside it.
func TestDocument(t *testing.T) {
	const document = "../../../docs/sizing.md"
	before, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	again := filepath.Join(t.TempDir(), "sizing.md")
	if err := os.WriteFile(again, before, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := run([]string{"-json", "../../../docs/serving.json", "-o", again}); err != nil {
		t.Fatal(err)
	}
	if after, err := os.ReadFile(again); err != nil || string(after) != string(before) {
		t.Errorf("docs/sizing.md is not what make sizing writes: %v", err)
	}
}

// What docs/operating.md says of one Redis is what was measured, and what follows from it.
func TestOperating(t *testing.T) {
	text, err := os.ReadFile("../../../docs/serving.json")
	if err != nil {
		t.Fatal(err)
	}
	var f serving.Figures
	if err := json.Unmarshal(text, &f); err != nil {
		t.Fatal(err)
	}
	s, err := siteOf(&f)
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../../../docs/operating.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		fmt.Sprintf("%.0f µs", s.single.shared*1e6),
		scaled(load/s.replicated(true).single.shared, "crossings a second"),
		scaled(mostRAM/spareRAM/s.kept, "a second"),
	} {
		if !strings.Contains(string(page), want) {
			t.Errorf("docs/operating.md does not say %q", want)
		}
	}
}
