package e2e_test

import (
	"errors"
	"log/slog"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/boltstore"
	"github.com/cattlegrid/cattlegrid/httpapi"
	"github.com/cattlegrid/cattlegrid/internal/redistest"
	"github.com/cattlegrid/cattlegrid/phone"
	_ "github.com/cattlegrid/cattlegrid/redisstore" // what the command is made of, so that go test knows
	_ "github.com/cattlegrid/cattlegrid/sms/console"
	"github.com/cattlegrid/cattlegrid/sms/webhook"
)

// answerKey is where a store keeps the answer of a challenge, as the tutorial says.
func answerKey(id string) string { return "ImageCode_" + id }

// onRedis runs a gate on a Redis.
func (w *world) onRedis(server *redistest.Server, data string, settings ...string) *gate {
	w.t.Helper()
	g := w.startOnRedis(server, data, settings...)
	g.listens()
	return g
}

// startOnRedis is onRedis that does not wait until the gate listens.
func (w *world) startOnRedis(server *redistest.Server, data string, settings ...string) *gate {
	w.t.Helper()
	g := w.start(data, append([]string{"CATTLEGRID_STORE=redis", "CATTLEGRID_REDIS_URL=" + server.URL()}, settings...)...)
	g.answers = func(ids []string) []string {
		command := make([]string, 1, 1+len(ids))
		command[0] = "MGET"
		for _, id := range ids {
			command = append(command, answerKey(id))
		}
		answers := strings.Split(server.Do(w.t, command...), "\n")
		for i, answer := range answers {
			if answer == "(nil)" { // not there, or no plain string: a harder one
				answer = server.Do(w.t, "HGET", answerKey(ids[i]), "value")
			}
			answers[i] = strings.TrimSuffix(answer, "(nil)")
		}
		return answers
	}
	return g
}

// onBolt runs a gate on the embedded store.
func (w *world) onBolt(data string, settings ...string) *gate {
	w.t.Helper()
	g := w.start(data, append([]string{"CATTLEGRID_STORE=bolt"}, settings...)...)
	g.listens()
	g.answers = func(ids []string) (answers []string) {
		await(w.t, "the answers to be in the file", 10*time.Second, func() bool {
			answers = w.peekFile(filepath.Join(data, "cattlegrid.db"), ids)
			return answers != nil
		})
		return answers
	}
	return g
}

// peekFile reads answers from a copy of the file of a store that is in use: the file itself is locked, and so is the
// copy of a moment in which a commit was half done of no use. Nil means that the copy was, or that an answer is missing.
func (w *world) peekFile(path string, ids []string) []string {
	w.t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		w.t.Fatalf("read the store's file: %v", err)
	}
	copied := filepath.Join(w.t.TempDir(), "copy.db")
	if err := os.WriteFile(copied, content, 0o600); err != nil {
		w.t.Fatalf("copy the store's file: %v", err)
	}
	store, err := boltstore.Open(copied, boltstore.Options{})
	if err != nil {
		return nil
	}
	defer func() {
		if err := store.Close(); err != nil {
			w.t.Errorf("close the copy: %v", err)
		}
	}()
	return w.peek(store, ids)
}

func (w *world) peek(store cattlegrid.Store, ids []string) []string {
	w.t.Helper()
	answers := make([]string, len(ids))
	for i, id := range ids {
		secret, err := store.Peek(w.t.Context(), answerKey(id))
		if errors.Is(err, cattlegrid.ErrNotFound) {
			return nil
		}
		if err != nil {
			w.t.Fatalf("read an answer: %v", err)
		}
		answers[i] = secret.Value
	}
	return answers
}

// onMemory runs a gate within the test, wired as the command does it, on the store in memory.
func (w *world) onMemory() *gate {
	w.t.Helper()
	sender, err := webhook.New(webhook.Config{URL: w.provider.server.URL, Secret: w.provider.secret, AllowPrivate: true})
	if err != nil {
		w.t.Fatal(err)
	}
	numbers, err := phone.New(phone.Options{})
	if err != nil {
		w.t.Fatal(err)
	}
	store := cattlegrid.NewMemStore(cattlegrid.MemOptions{})
	made, err := cattlegrid.New(cattlegrid.Options{Sender: sender, Store: store, ParsePhone: numbers.Parse})
	if err != nil {
		w.t.Fatal(err)
	}
	printed := w.transcript()
	printed.told = true
	handler, err := httpapi.New(made, httpapi.Options{
		TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
		Logger:         slog.New(slog.NewJSONHandler(printed, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		w.t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	w.t.Cleanup(server.Close)
	return &gate{
		world: w, url: server.URL, printed: printed,
		answers: func(ids []string) []string { return w.peek(store, ids) },
	}
}
