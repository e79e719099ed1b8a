package cattlegrid_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"net/netip"
	"testing"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

// What the guard adds to a send: the same sends, each by another visitor with a known prefix, under no policy, under the
// limits per phone and client alone, and under the policy that ships.
func BenchmarkSend(b *testing.B) {
	floor := guard.DefaultPolicy()
	floor.Send = floor.Send[:7]
	for _, bb := range []struct {
		name   string
		policy guard.Policy
	}{{"NoPolicy", guard.Policy{}}, {"Floor", floor}, {"DefaultPolicy", roomy(guard.DefaultPolicy())}} {
		b.Run(bb.name, func(b *testing.B) {
			store := cattlegrid.NewMemStore(cattlegrid.MemOptions{MaxEntries: 1 << 30})
			gate, err := cattlegrid.New(cattlegrid.Options{Store: store, Sender: nowhere{}, Policy: &bb.policy})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				n++
				send(b, gate, store, n)
			}
		})
	}
}

// roomy is a policy that grants every send of a benchmark, after it went through all of it.
func roomy(p guard.Policy) guard.Policy {
	for i := range p.Send {
		if l := &p.Send[i]; l.Per != guard.PerPhone && l.Per != guard.PerClient {
			l.Max, l.Hard, l.Work = guard.MaxUnits, 0, 0
		}
	}
	return p
}

type nowhere struct{}

func (nowhere) Send(context.Context, cattlegrid.Message) (cattlegrid.Delivery, error) {
	return cattlegrid.Delivery{}, nil
}

// send has the n-th visitor answer a challenge that is there already.
func send(b *testing.B, gate *cattlegrid.Gate, store cattlegrid.Store, n int) {
	b.Helper()
	id := fmt.Sprintf("challenge-%d", n)
	if err := store.Put(b.Context(), "ImageCode_"+id, cattlegrid.Secret{Value: "A", Attempts: 1, TTL: 1 << 40}); err != nil {
		b.Fatal(err)
	}
	var addr [4]byte
	binary.BigEndian.PutUint32(addr[:], uint32(n)<<8) // another network each
	_, err := gate.SendCode(b.Context(), cattlegrid.SendRequest{
		ChallengeID: id, Answer: "A", Purpose: "login", Client: netip.AddrFrom4(addr),
		Phone: fmt.Sprintf("+86139%06d00", n*7919%1_000_000),
	})
	if err != nil {
		b.Fatal(err)
	}
}
