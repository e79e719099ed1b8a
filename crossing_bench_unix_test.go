//go:build unix

package cattlegrid_test

import (
	"context"
	"encoding/binary"
	"net/netip"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/redis/rueidis"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/boltstore"
	"github.com/cattlegrid/cattlegrid/guard"
	"github.com/cattlegrid/cattlegrid/internal/redistest"
	"github.com/cattlegrid/cattlegrid/redisstore"
)

// BenchmarkCrossing carries visitors all the way, challenge to proof, each with a phone and an address of their own: the
// gate in process, without HTTP. The time is wall time per crossing with 16 visitors under way for each core.
func BenchmarkCrossing(b *testing.B) {
	b.Run("memory", func(b *testing.B) {
		benchCrossing(b, cattlegrid.NewMemStore(cattlegrid.MemOptions{MaxEntries: 1 << 30}))
	})
	b.Run("bolt", func(b *testing.B) {
		store, err := boltstore.Open(filepath.Join(b.TempDir(), "bench.db"), boltstore.Options{MaxEntries: 1 << 30})
		if err != nil {
			b.Fatal(err)
		}
		benchCrossing(b, store)
		if err := store.Close(); err != nil {
			b.Error(err)
		}
	})
	b.Run("redis", func(b *testing.B) {
		store, _ := redisBench(b)
		benchCrossing(b, store)
	})
}

// redisBench returns a store on a Redis of its own, and its client.
func redisBench(b *testing.B) (*redisstore.Store, rueidis.Client) {
	b.Helper()
	options, err := redisstore.ClientOptions(redistest.Start(b).URL())
	if err != nil {
		b.Fatal(err)
	}
	client, err := rueidis.NewClient(options)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(client.Close)
	store, err := redisstore.New(client, redisstore.Options{})
	if err != nil {
		b.Fatal(err)
	}
	return store, client
}

// benchSender keeps the last code of each phone number.
type benchSender struct {
	codes [1 << 16]atomic.Pointer[string]
}

func (s *benchSender) Send(_ context.Context, m cattlegrid.Message) (cattlegrid.Delivery, error) {
	number, err := strconv.Atoi(m.To.E164()[len("+86138"):])
	s.codes[number%len(s.codes)].Store(&m.Code)
	return cattlegrid.Delivery{}, err
}

func benchCrossing(b *testing.B, store cattlegrid.Store) {
	b.Helper()
	sender := &benchSender{}
	policy := roomy(guard.DefaultPolicy())
	gate, err := cattlegrid.New(cattlegrid.Options{Store: store, Sender: sender, Policy: &policy})
	if err != nil {
		b.Fatal(err)
	}
	var visitors atomic.Uint32
	b.ReportAllocs()
	b.SetParallelism(16)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			n := visitors.Add(1)
			var ip [4]byte
			binary.BigEndian.PutUint32(ip[:], 10<<24+n)
			if err := cross(b, gate, store, sender, int(n), netip.AddrFrom4(ip)); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "crossings/s")
}

// cross is one visitor's way. A visitor reads the picture; here the store is asked, which costs a round trip more.
func cross(b *testing.B, gate *cattlegrid.Gate, store cattlegrid.Store, sender *benchSender, n int, client netip.Addr) error {
	ctx := b.Context()
	id := "visitor-" + strconv.Itoa(n)
	phone := "+86138" + strconv.Itoa(10_000_000+n)
	if _, err := gate.Challenge(ctx, cattlegrid.ChallengeRequest{ID: id, Client: client}); err != nil {
		return err
	}
	answer, err := store.Peek(ctx, "ImageCode_"+id)
	if err != nil {
		return err
	}
	v, err := gate.SendCode(ctx, cattlegrid.SendRequest{
		ChallengeID: id, Answer: answer.Value, Phone: phone, Purpose: "register", Client: client,
	})
	if err != nil {
		return err
	}
	code := sender.codes[(10_000_000+n)%len(sender.codes)].Load()
	_, err = gate.CheckCode(ctx, cattlegrid.CheckRequest{VerificationID: v.ID, Code: *code})
	return err
}
