package serving

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/bench/measure"
	"github.com/cattlegrid/cattlegrid/bench/ours"
	"github.com/cattlegrid/cattlegrid/bench/rivals"
	"github.com/cattlegrid/cattlegrid/boltstore"
	"github.com/cattlegrid/cattlegrid/captcha"
	"github.com/cattlegrid/cattlegrid/guard"
)

// draw adds what one picture costs in this round.
func (f *Figures) draw(period time.Duration) error {
	painter, err := ours.NewPicture(rivals.Size{Width: 240, Height: 80}, captcha.PNG)
	if err != nil {
		return err
	}
	cost, err := measure.Measure(func(w io.Writer) error {
		_, err := painter.Draw(w)
		return err
	}, period/4)
	if err != nil {
		return err
	}
	f.Drawing = append(f.Drawing, float64(cost.CPU.Nanoseconds())/1000)
	return nil
}

// embedded measures the embedded store without a server in front of it.
func (b Bench) embedded(ctx context.Context, p Plan, f *Figures) error {
	for range p.Rounds {
		store, err := boltstore.Open(filepath.Join(b.Dir, fmt.Sprintf("embedded-%d.db", len(f.Embedded.PutAttempts))), boltstore.Options{})
		if err != nil {
			return err
		}
		n, err := putAttempts(ctx, store, p.Period)
		if err != nil {
			return err
		}
		f.Embedded.PutAttempts = append(f.Embedded.PutAttempts, n/p.Period.Seconds())
		if err := store.Close(); err != nil {
			return err
		}
	}
	var err error
	f.Embedded.Challenges = p.Million
	if f.Embedded.Alone, f.Embedded.AloneTaken, err = b.outstanding(ctx, p, guard.Policy{}); err != nil {
		return err
	}
	f.Embedded.Bytes, f.Embedded.Taken, err = b.outstanding(ctx, p, guard.DefaultPolicy())
	return err
}

// putAttempts stores challenges and takes them, on all processors, and returns how many.
func putAttempts(ctx context.Context, store cattlegrid.Store, period time.Duration) (float64, error) {
	var done atomic.Int64
	var failed atomic.Pointer[error]
	end := time.Now().Add(period)
	var all sync.WaitGroup
	for worker := range 4 * runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for i := 0; time.Now().Before(end); i++ {
				key := fmt.Sprintf("ImageCode_%08d-%016d", worker, i)
				err := store.Put(ctx, key, cattlegrid.Secret{Value: "X7KP9A", Attempts: 1, TTL: 5 * time.Minute})
				if err == nil {
					_, err = store.Attempt(ctx, key, "X7KP9A")
				}
				if err != nil {
					failed.Store(&err)
					return
				}
				done.Add(1)
			}
		})
	}
	all.Wait()
	if err := failed.Load(); err != nil {
		return 0, *err
	}
	return float64(done.Load()), nil
}

// outstanding measures the live heap that challenges take which nobody has answered yet, with what a policy has remembered of those
// who asked, and the memory that this process took meanwhile. They are asked for over the five minutes that they live, each by a client of its own, a hundred in each network, on
// a clock that is moved: so that what is remembered is as much as there is at that rate.
func (b Bench) outstanding(ctx context.Context, p Plan, policy guard.Policy) (live, taken int64, err error) {
	const lifetime = 5 * time.Minute
	var now atomic.Int64
	now.Store(time.Now().UnixNano())
	dir, err := os.MkdirTemp(b.Dir, "outstanding")
	if err != nil {
		return 0, 0, err
	}
	store, err := boltstore.Open(filepath.Join(dir, "bench.db"), boltstore.Options{
		MaxEntries: 4 * p.Million, Clock: func() time.Time { return time.Unix(0, now.Load()) },
	})
	if err != nil {
		return 0, 0, err
	}
	rules, err := guard.NewRulebook(policy)
	if err != nil {
		return 0, 0, err
	}
	before := heap()
	debug.FreeOSMemory()
	empty, err := memoryOf("self")
	if err != nil {
		return 0, 0, err
	}
	for i := range p.Million {
		var name [16]byte
		copy(name[:], fmt.Sprintf("%016d", i))
		client := guard.Subject{Client: hex.EncodeToString(name[:]), Network: hex.EncodeToString(name[:14])}
		debits := rules.Debits(guard.Challenge, client, guard.Normal, fmt.Sprintf("%026d", i))
		err := store.Put(ctx, fmt.Sprintf("ImageCode_%036d", i), cattlegrid.Secret{Value: strings.Clone("X7KP9A"), Attempts: 1, TTL: lifetime}, debits...)
		if err != nil {
			return 0, 0, err
		}
		now.Add(int64(lifetime) / int64(p.Million+1))
	}
	full, err := memoryOf("self")
	if err != nil {
		return 0, 0, err
	}
	return heap() - before, full - empty, store.Close()
}

// heap is what this program's heap holds that is in use.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc) //nolint:gosec // far below
}
