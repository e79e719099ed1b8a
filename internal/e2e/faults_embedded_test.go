package e2e_test

import (
	"log/slog"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/boltstore"
	"github.com/cattlegrid/cattlegrid/guard"
	"github.com/cattlegrid/cattlegrid/httpapi"
	"github.com/cattlegrid/cattlegrid/phone"
	"github.com/cattlegrid/cattlegrid/sms/webhook"
)

// embeddedFaults happen to a gate with the embedded store. It runs within the test, wired as the command does it, so that
// answers can be read and its clock be set.
func embeddedFaults() []fault {
	jump := func(name, title string, ahead time.Duration, again int, lost string) fault {
		var by atomic.Int64
		return fault{
			name: name, title: title, again: again, lost: lost,
			open: func(w *world) *site {
				return newSite(w).openEmbedded(func() time.Time { return time.Now().Add(time.Duration(by.Load())) })
			},
			inject: func(t *testing.T, s *site) {
				by.Store(int64(ahead))
				s.isAsked(t, 60)
			},
			heal: isOver,
		}
	}
	return append(diskFaults(),
		jump("EmbeddedClockAhead", "embedded store: the machine's clock jumps an hour ahead", time.Hour, 1,
			"what the last hour held; up to a limit of an hour or less once more for each jump, longer windows end an hour early"),
		jump("EmbeddedClockBack", "embedded store: the machine's clock jumps an hour back", -time.Hour, 0,
			"nothing; who has reached a limit waits up to an hour longer"),
	)
}

// openEmbedded runs a gate on the embedded store.
func (s *site) openEmbedded(clock func() time.Time) *site {
	s.t.Helper()
	printed := s.transcript()
	printed.told = true
	logger := slog.New(slog.NewJSONHandler(printed, &slog.HandlerOptions{Level: slog.LevelDebug}))
	store, err := boltstore.Open(filepath.Join(s.data, "cattlegrid.db"), boltstore.Options{Clock: clock, Logger: logger})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = store.Close() })
	sender, err := webhook.New(webhook.Config{URL: s.provider.server.URL, Secret: s.provider.secret, AllowPrivate: true})
	if err != nil {
		s.t.Fatal(err)
	}
	numbers, err := phone.New(phone.Options{})
	if err != nil {
		s.t.Fatal(err)
	}
	policy := limitedPolicy()
	made, err := cattlegrid.New(cattlegrid.Options{
		Sender: sender, Store: store, ParsePhone: numbers.Parse, Clock: clock, Policy: &policy,
		Describe: numbers.Describe, Price: func(guard.Number) int { return 1 },
	})
	if err != nil {
		s.t.Fatal(err)
	}
	handler, err := httpapi.New(made, httpapi.Options{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Logger: logger})
	if err != nil {
		s.t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	s.t.Cleanup(server.Close)
	s.gates = []*gate{{world: s.world, url: server.URL, printed: printed}}
	s.answer = func(id string) string {
		secret, err := store.Peek(s.t.Context(), answerKey(id))
		if err != nil {
			return ""
		}
		return secret.Value
	}
	return s
}

// limitedPolicy is what site.limits says.
func limitedPolicy() guard.Policy {
	p := guard.DefaultPolicy()
	p.Send = slices.DeleteFunc(p.Send, func(l guard.Limit) bool { return l.Of == guard.Unverified || l.Of == guard.UnverifiedSends })
	for i := range p.Send {
		if p.Send[i].Name == "sends_per_client_hour" {
			p.Send[i].Max, p.Send[i].Hard, p.Send[i].Work, p.Send[i].Grow = mostPerOffice, 0, 0, 0
		}
	}
	p.Send = append(p.Send, guard.Limit{Name: "spend_hour", Per: guard.InTotal, Of: guard.Money, Max: mostInTotal, Window: time.Hour})
	return p
}
