package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cattlegrid/cattlegrid/bench/serving"
)

// What a cluster's busiest master takes more than the others is what all visitors share; the rest spreads.
func TestCosts(t *testing.T) {
	c, err := costsOf(&serving.Figures{Stands: []serving.Stand{
		{Name: serving.Redis, RedisKept: 5e6, BytesIn: 700, BytesOut: 3300},
		{Name: serving.Cluster, RedisBytesIn: 8000, RedisBytesOut: 1000, Crossings: serving.Saturated{
			ServerCPU: []float64{500, 600, 700}, RedisCPU: []float64{400, 400, 400}, BusiestUS: []float64{200, 200, 200},
		}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	want := costs{gate: 600e-6, shared: 100e-6, spread: 300e-6, kept: 5e6, http: 4000, redis: 9000}
	if !near(c.shared, want.shared) || !near(c.spread, want.spread) || !near(c.gate, want.gate) || c.kept != want.kept || c.http != want.http || c.redis != want.redis {
		t.Errorf("got %+v, want %+v", c, want)
	}
	if _, err := costsOf(&serving.Figures{}); err == nil {
		t.Error("no figures are no error")
	}
}

func near(a, b float64) bool { return a > 0.999*b && a < 1.001*b }

// Small needs one master and a spare gate; large splits into cells when one Redis cannot charge what all share.
func TestSize(t *testing.T) {
	c := costs{gate: 600e-6, shared: 100e-6, spread: 300e-6, kept: 5e6, http: 4000, redis: 9000}
	for _, want := range []size{
		{perSecond: 100, cells: 1, nodes: 2, masters: 1},
		{perSecond: 6000, cells: 1, nodes: 2, masters: 4},
		{perSecond: 12_000, cells: 2, nodes: 4, masters: 8},
		{perSecond: 600_000, cells: 100, nodes: 200, masters: 400},
	} {
		got := c.size(want.perSecond)
		if got.cells != want.cells || got.nodes != want.nodes || got.masters != want.masters {
			t.Errorf("%v a second: got %d cells, %d nodes, %d masters, want %d, %d, %d",
				want.perSecond, got.cells, got.nodes, got.masters, want.cells, want.nodes, want.masters)
		}
	}
	if got := c.size(1000).ram; !near(got, 1000*5e6*1.5*2) {
		t.Errorf("memory: got %v", got)
	}
	if text := sizes(c) + c.table(); !strings.Contains(text, "| 1 M | 86.4 G |") || !strings.Contains(text, "One cell carries 6 k crossings") {
		t.Errorf("the table: %s", text)
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
