//go:build unix

package redisstore_test

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/redis/rueidis"

	"github.com/cattlegrid/cattlegrid/guard"
	"github.com/cattlegrid/cattlegrid/internal/redistest"
	"github.com/cattlegrid/cattlegrid/redisstore"
)

// BenchmarkTuning is what the options of the client and of the store do to a put, an attempt and a spend of eight limits,
// with so many callers: steps a second, the median time of a step, and the CPU time that it costs this process and Redis.
func BenchmarkTuning(b *testing.B) {
	for _, v := range []struct {
		name string
		tune func(o *rueidis.ClientOption)
		wait int
	}{
		{"base", func(*rueidis.ClientOption) {}, 0},
		{"conns=1", func(o *rueidis.ClientOption) { o.PipelineMultiplex = -1 }, 0},
		{"conns=2", func(o *rueidis.ClientOption) { o.PipelineMultiplex = 1 }, 0},
		{"conns=8", func(o *rueidis.ClientOption) { o.PipelineMultiplex = 3 }, 0},
		{"ring=256", func(o *rueidis.ClientOption) { o.RingScaleEachConn = 8 }, 0},
		{"flush=20us", func(o *rueidis.ClientOption) { o.MaxFlushDelay = 20 * time.Microsecond }, 0},
		{"flush=100us", func(o *rueidis.ClientOption) { o.MaxFlushDelay = 100 * time.Microsecond }, 0},
		{"pipelining=busy", func(o *rueidis.ClientOption) { o.AlwaysPipelining = false }, 0},
		{"pipelining=no", func(o *rueidis.ClientOption) { o.AlwaysPipelining, o.DisableAutoPipelining = false, true }, 0},
		{"replica", func(*rueidis.ClientOption) {}, -1},
		{"replica,wait=1", func(*rueidis.ClientOption) {}, 1},
	} {
		for _, callers := range []int{16, 64, 256} {
			b.Run(v.name+"/callers="+strconv.Itoa(callers), func(b *testing.B) {
				server := redistest.Start(b)
				if v.wait != 0 {
					redistest.Start(b).Follow(b, server)
				}
				o, err := redisstore.ClientOptions(server.URL())
				if err != nil {
					b.Fatal(err)
				}
				v.tune(&o)
				client, err := rueidis.NewClient(o)
				if err != nil {
					b.Fatal(err)
				}
				b.Cleanup(client.Close)
				store, err := redisstore.New(client, redisstore.Options{WaitReplicas: max(0, v.wait)})
				if err != nil {
					b.Fatal(err)
				}
				benchTuning(b, server, store, callers)
			})
		}
	}
}

func benchTuning(b *testing.B, server *redistest.Server, store *redisstore.Store, callers int) {
	var next atomic.Int64
	took := make([][]time.Duration, callers)
	redisBefore, ownBefore := redisCPU(b, server), ownCPU(b)
	b.ResetTimer()
	var all sync.WaitGroup
	for c := range callers {
		all.Go(func() {
			for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
				id := strconv.FormatInt(n, 10)
				debits := make([]guard.Debit, 8)
				for i := range debits {
					debits[i] = debit("Limit_"+strconv.Itoa(i)+"_"+strconv.FormatInt(n%997, 10)+"_{guard}", id, 1<<20)
				}
				for _, step := range []func() error{
					func() error { return store.Put(b.Context(), "ImageCode_"+id, challenge("X7KP")) },
					func() error { _, err := store.Attempt(b.Context(), "ImageCode_"+id, "X7KP"); return err },
					func() error { return store.Spend(b.Context(), debits...) },
				} {
					began := time.Now()
					if err := step(); err != nil {
						b.Error(err)
						return
					}
					took[c] = append(took[c], time.Since(began))
				}
			}
		})
	}
	all.Wait()
	b.StopTimer()
	steps := float64(3 * b.N)
	b.ReportMetric(steps/b.Elapsed().Seconds(), "steps/s")
	sorted := slices.Concat(took...)
	slices.Sort(sorted)
	b.ReportMetric(float64(sorted[len(sorted)/2].Microseconds()), "p50-µs")
	b.ReportMetric((ownCPU(b)-ownBefore)/steps, "own-µs/step")
	b.ReportMetric((redisCPU(b, server)-redisBefore)/steps, "redis-µs/step")
}

// ownCPU is how many microseconds this process has used.
func ownCPU(b *testing.B) float64 {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1000
}

// redisCPU is how many microseconds the server has used.
func redisCPU(b *testing.B, server *redistest.Server) (micros float64) {
	b.Helper()
	for line := range strings.Lines(server.Do(b, "INFO", "cpu")) {
		for _, name := range []string{"used_cpu_sys:", "used_cpu_user:"} {
			if text, ok := strings.CutPrefix(line, name); ok {
				seconds, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
				if err != nil {
					b.Fatal(err)
				}
				micros += 1e6 * seconds
			}
		}
	}
	return micros
}
