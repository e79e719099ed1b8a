package e2e_test

import (
	"cmp"
	"context"
	"flag"
	"io"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/internal/loadgen"
	"github.com/cattlegrid/cattlegrid/internal/redistest"
)

var soak = flag.Duration("soak", 5*time.Second, "how long the soak lasts; five seconds only show that it works")

// Of a soak.
const (
	soakShare   = 0.7 // of what the gate carries at most
	soakLevels  = 3   // parts of the time: the first is for warming up, and the others are compared
	soakSamples = 60  // at least, if it lasts a minute
)

// At 70 % of what it can carry, a gate on Redis takes no more memory, goroutines and file descriptors as time goes by, and
// fails hardly anybody.
func TestSoak(t *testing.T) {
	server := redistest.Start(t)
	g := startSoaked(t, server.URL())
	// What it can carry on this machine, with everything else on it.
	most := g.load(t, loadgen.Plan{For: min(5*time.Second, *soak), Connections: 32})
	rate := soakShare * most.Steps[len(most.Steps)-1].PerSec

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	levels := make(chan []level, 1)
	go func() { levels <- g.watch(ctx, t, *soak) }()
	result := g.load(t, loadgen.Plan{Rate: rate, For: *soak, Connections: 512, Progress: func(p loadgen.Progress) {
		t.Logf("%v: %d visits, %d failed, 99 of 100 within %v", p.Elapsed.Round(time.Second), p.Visits, p.Failed, p.P99)
	}})
	cancel()
	seen := <-levels

	whole := result.Steps[len(result.Steps)-1]
	// When something else takes the processors for a second, steps of the store are given up: few visitors may meet that.
	if failed := result.Failed(); failed > whole.Outcomes["ok"]/100 {
		t.Errorf("of %.0f visits a second %d failed: %v", rate, failed, whole.Outcomes)
	}
	if len(seen) < soakLevels {
		t.Fatalf("the gate's metrics were read %d times", len(seen))
	}
	before, after := middle(seen[len(seen)/soakLevels:2*len(seen)/soakLevels]), middle(seen[2*len(seen)/soakLevels:])
	t.Logf("%.0f visits a second for %v: %d crossed, %d failed, %d turned away, 99 of 100 within %v; from the second third to the last one: memory %.1f → %.1f MB, goroutines %.0f → %.0f, files %.0f → %.0f",
		rate, *soak, whole.Outcomes["ok"], result.Failed(), whole.Outcomes["shed"], time.Duration(whole.Times.P99),
		before.memory/1e6, after.memory/1e6, before.goroutines, after.goroutines, before.files, after.files)
	for _, c := range []struct {
		name          string
		before, after float64
		slack         float64
	}{
		{"memory", before.memory, after.memory, 8e6},
		{"goroutines", before.goroutines, after.goroutines, 30},
		{"file descriptors", before.files, after.files, 30},
	} {
		if c.after > 1.1*c.before+c.slack {
			t.Errorf("%s: from %.0f to %.0f", c.name, c.before, c.after)
		}
	}
}

// soaked is a gate in development mode whose output nobody keeps.
type soaked struct {
	url     *url.URL
	metrics string
}

func startSoaked(t *testing.T, redis string) *soaked {
	t.Helper()
	path, err := command()
	if err != nil {
		t.Fatal(err)
	}
	addr, metrics := freeAddr(t), freeAddr(t)
	cmd := exec.CommandContext(t.Context(), path, "serve", "-dev")
	cmd.Dir = t.TempDir()
	cmd.Env = []string{
		"CATTLEGRID_ADDR=" + addr, "CATTLEGRID_DATA=" + newData(t), "CATTLEGRID_METRICS_ADDR=" + metrics,
		"CATTLEGRID_HTTP_TRUSTED_PROXIES=127.0.0.1", "CATTLEGRID_REDIS_URL=" + redis,
	}
	g := &gate{exited: make(chan struct{})}
	cmd.SysProcAttr = dieWithParent()
	if err := g.run(cmd); err != nil {
		t.Fatalf("start the command: %v", err)
	}
	t.Cleanup(g.kill)
	s := &soaked{url: &url.URL{Scheme: "http", Host: addr}, metrics: "http://" + metrics + "/metrics"}
	await(t, "the gate to answer", startTimeout, func() bool {
		_, err := read(t.Context(), s.metrics)
		return err == nil
	})
	return s
}

// freeAddr is an address that nobody listens on.
func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func (s *soaked) load(t *testing.T, plan loadgen.Plan) *loadgen.Result {
	t.Helper()
	plan.URL = s.url
	result, err := plan.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// level is how much of what must not grow there is.
type level struct{ memory, goroutines, files float64 }

// watch reads the gate's metrics until ctx is done, more often if that is soon.
func (s *soaked) watch(ctx context.Context, t *testing.T, lasts time.Duration) (seen []level) {
	every := time.NewTicker(max(100*time.Millisecond, min(time.Second, lasts/soakSamples)))
	defer every.Stop()
	for {
		select {
		case <-every.C:
			text, err := read(ctx, s.metrics)
			if err != nil {
				if ctx.Err() == nil {
					t.Errorf("read metrics: %v", err)
				}
				return seen
			}
			seen = append(seen, level{metric(text, "process_resident_memory_bytes"), metric(text, "go_goroutines"), metric(text, "process_open_fds")})
		case <-ctx.Done():
			return seen
		}
	}
}

func read(ctx context.Context, url string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return string(text), err
}

// metric is one without labels, in the text that Prometheus reads.
func metric(text, name string) float64 {
	_, rest, _ := strings.Cut(text, "\n"+name+" ")
	line, _, _ := strings.Cut(rest, "\n")
	v, _ := strconv.ParseFloat(line, 64)
	return v
}

// middle is the median of each.
func middle(all []level) level {
	of := func(value func(level) float64) float64 {
		values := make([]float64, len(all))
		for i, l := range all {
			values[i] = value(l)
		}
		slices.SortFunc(values, cmp.Compare[float64])
		return values[len(values)/2]
	}
	return level{
		of(func(l level) float64 { return l.memory }), of(func(l level) float64 { return l.goroutines }), of(func(l level) float64 { return l.files }),
	}
}
