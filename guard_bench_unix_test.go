//go:build unix

package cattlegrid_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"net/netip"
	"regexp"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/redis/rueidis"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

// BenchmarkGuard is what the guard adds to a send: the same sends under no policy, under the limits per phone alone, and
// under the policy that ships, each by a visitor of their own, after a challenge was put there, 16 at once for each core. gate-µs/op is the CPU time of this process, with all that Go
// does beside; redis-µs/op is that of the server.
func BenchmarkGuard(b *testing.B) {
	phones := guard.DefaultPolicy()
	phones.Send = phones.Send[:6]
	policies := []struct {
		name   string
		policy guard.Policy
	}{{"NoPolicy", guard.Policy{}}, {"Phones", phones}, {"DefaultPolicy", roomy(guard.DefaultPolicy())}}
	for _, p := range policies {
		b.Run("memory/"+p.name, func(b *testing.B) {
			benchSends(b, cattlegrid.NewMemStore(cattlegrid.MemOptions{MaxEntries: 1 << 30}), &p.policy)
		})
	}
	for _, p := range policies {
		b.Run("redis/"+p.name, func(b *testing.B) {
			store, client := redisBench(b)
			before := serverCPU(b, client)
			sends := benchSends(b, store, &p.policy)
			b.ReportMetric(float64((serverCPU(b, client)-before).Microseconds())/float64(sends), "redis-µs/op")
		})
	}
}

// roomy is a policy that grants every send of a benchmark, after it went through all of it.
func roomy(p guard.Policy) guard.Policy {
	for i := range p.Send {
		if l := &p.Send[i]; l.Per != guard.PerPhone {
			l.Max, l.Hard, l.Work = guard.MaxUnits, 0, 0
		}
	}
	return p
}

// nowhere is where messages go that nobody waits for.
type nowhere struct{}

func (nowhere) Send(context.Context, cattlegrid.Message) (cattlegrid.Delivery, error) {
	return cattlegrid.Delivery{}, nil
}

// benchSends returns how many sends it made.
func benchSends(b *testing.B, store cattlegrid.Store, policy *guard.Policy) int {
	b.Helper()
	gate, err := cattlegrid.New(cattlegrid.Options{Store: store, Sender: nowhere{}, Policy: policy})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.SetParallelism(16)
	var visitors atomic.Uint32
	begun := processCPU(b)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := answer(b.Context(), gate, store, visitors.Add(1)); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64((processCPU(b)-begun).Microseconds())/float64(b.N), "gate-µs/op")
	return b.N
}

// answer is the n-th visitor's: to a challenge that is put there, from another network, for a phone of another prefix.
func answer(ctx context.Context, gate *cattlegrid.Gate, store cattlegrid.Store, n uint32) error {
	id := fmt.Sprintf("challenge-%d", n)
	if err := store.Put(ctx, "ImageCode_"+id, cattlegrid.Secret{Value: "A", Attempts: 1, TTL: time.Hour}); err != nil {
		return err
	}
	var addr [4]byte
	binary.BigEndian.PutUint32(addr[:], n<<8)
	_, err := gate.SendCode(ctx, cattlegrid.SendRequest{
		ChallengeID: id, Answer: "A", Purpose: "login", Phone: fmt.Sprintf("+86139%06d00", n*7919%1_000_000), Client: netip.AddrFrom4(addr),
	})
	return err
}

// processCPU is the CPU time of this process so far.
func processCPU(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

var cpuSeconds = regexp.MustCompile(`used_cpu_(?:user|sys):([0-9.]+)`)

// serverCPU is the CPU time of a server so far.
func serverCPU(b *testing.B, client rueidis.Client) (total time.Duration) {
	b.Helper()
	info, err := client.Do(b.Context(), client.B().Info().Section("cpu").Build()).ToString()
	if err != nil {
		b.Fatal(err)
	}
	for _, m := range cpuSeconds.FindAllStringSubmatch(info, -1) {
		seconds, err := strconv.ParseFloat(m[1], 64)
		if err != nil {
			b.Fatal(err)
		}
		total += time.Duration(seconds * float64(time.Second))
	}
	return total
}
