package e2e_test

import (
	"context"
	"flag"
	"io"
	"net"
	"net/http"
	"net/url"
	"os/exec"
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
	soakWhole   = time.Minute
)

// At 70 % of what it can carry, a gate on Redis takes no more memory, goroutines and file descriptors as time goes by, fails
// hardly anybody and turns away few.
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
	ok, shed, failed := whole.Outcomes["ok"], whole.Outcomes["shed"], result.Failed()
	if failed > ok/100 || result.Lost > 0 {
		t.Errorf("of %.0f visits a second %d failed, and %d were lost: %v", rate, failed, result.Lost, whole.Outcomes)
	}
	// What it can carry was measured in a moment, and later something else may take half of the processors: for a while, or for all
	// of a few seconds. A gate that has the machine for itself turns nobody away.
	least := 0.8
	if *soak < soakWhole {
		least = 0.5
	}
	if all := ok + shed + failed; float64(ok) < least*float64(all) {
		t.Errorf("%d of %d visitors crossed, want %.0f %%: %v", ok, all, 100*least, whole.Outcomes)
	}
	if len(seen) < soakLevels {
		t.Fatalf("the gate's metrics were read %d times", len(seen))
	}
	before, after := low(seen[len(seen)/soakLevels:2*len(seen)/soakLevels]), low(seen[2*len(seen)/soakLevels:])
	t.Logf("%.0f visits a second for %v: %d crossed, %d failed, %d turned away, 99 of 100 within %v; from the second third to the last one: memory %.1f → %.1f MB, goroutines %.0f → %.0f, files %.0f → %.0f",
		rate, *soak, ok, failed, shed, time.Duration(whole.Times.P99),
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
		if *soak >= soakWhole && c.after > 1.1*c.before+c.slack {
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
	for range 5 { // another process may take a port between our look and the gate's start
		addr, metrics := freeAddr(t), freeAddr(t)
		cmd := exec.CommandContext(t.Context(), path, "serve", "-dev")
		cmd.Dir = t.TempDir()
		cmd.Env = []string{
			"CATTLEGRID_ADDR=" + addr, "CATTLEGRID_DATA=" + newData(t), "CATTLEGRID_METRICS_ADDR=" + metrics,
			"CATTLEGRID_HTTP_TRUSTED_PROXIES=127.0.0.1", "CATTLEGRID_REDIS_URL=" + redis,
		}
		g := &gate{exited: make(chan struct{})}
		cmd.SysProcAttr = redistest.DieWithParent()
		if err := g.run(cmd); err != nil {
			t.Fatalf("start the command: %v", err)
		}
		t.Cleanup(g.kill)
		s := &soaked{url: &url.URL{Scheme: "http", Host: addr}, metrics: "http://" + metrics + "/metrics"}
		await(t, "the gate to answer", startTimeout, func() bool {
			_, err := read(t.Context(), s.metrics)
			return err == nil || isClosed(g.exited)
		})
		if !isClosed(g.exited) {
			return s
		}
	}
	t.Fatal("the command ends")
	return nil
}

// freeAddr is an address that nobody listens on.
func freeAddr(t *testing.T) string {
	t.Helper()
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(redistest.FreePort(t)))
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
			seen = append(seen, level{
				metric(t, text, "process_resident_memory_bytes"), metric(t, text, "go_goroutines"), metric(t, text, "process_open_fds"),
			})
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

// metric is one without labels, in the text that Prometheus reads. One that is not there would not grow either.
func metric(t *testing.T, text, name string) float64 {
	t.Helper()
	_, rest, _ := strings.Cut(text, "\n"+name+" ")
	line, _, _ := strings.Cut(rest, "\n")
	v, err := strconv.ParseFloat(line, 64)
	if err != nil || v <= 0 {
		t.Errorf("the gate's metrics have %s as %q", name, line)
	}
	return v
}

// low is the least of each: what leaks is never given back, while others who wait for the processors come and go.
func low(all []level) level {
	least := all[0]
	for _, l := range all {
		least = level{min(least.memory, l.memory), min(least.goroutines, l.goroutines), min(least.files, l.files)}
	}
	return least
}
