package e2e_test

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// world is what surrounds the gates of one test: visitors, the provider, and all that must not be told.
type world struct {
	t        *testing.T
	client   *http.Client
	provider *provider
	secrets  secrets

	numbers, prefixes, addresses atomic.Int64

	mu       sync.Mutex
	printed  []*transcript // by the gates
	requests atomic.Int64  // that were answered
}

// callTimeout is how long a visitor waits for an answer.
const callTimeout = 20 * time.Second

func newWorld(t *testing.T) *world {
	t.Helper()
	var key [32]byte
	_, _ = rand.Read(key[:])
	secret := base64.StdEncoding.EncodeToString(key[:])
	transport := &http.Transport{MaxIdleConnsPerHost: 256}
	w := &world{t: t, client: &http.Client{Transport: transport, Timeout: callTimeout}}
	w.secrets.add(aKey, secret)
	t.Cleanup(func() { // last, when the gates have ended
		transport.CloseIdleConnections()
		w.checkPrinted()
	})
	w.provider = newProvider(t, "whsec_"+secret)
	return w
}

// checkPrinted makes sure that the gates printed nothing that must not be told.
func (w *world) checkPrinted() {
	w.t.Helper()
	for _, m := range w.provider.sent() {
		w.secrets.add(aCode, m.Code)
		w.secrets.add(aNumber, m.number())
	}
	size := 0
	for _, printed := range w.printed {
		text := printed.String()
		size += len(text)
		for kind, line := range w.secrets.found(text) {
			w.t.Errorf("a gate printed a %s: %s", kind, line)
		}
	}
	if answered := int(w.requests.Load()); size < 50*answered {
		w.t.Errorf("the gates printed %d bytes about %d requests, so that there was nothing to look at", size, answered)
	}
}

// transcript returns a new one of what a gate prints.
func (w *world) transcript() *transcript {
	w.mu.Lock()
	defer w.mu.Unlock()
	printed := &transcript{addr: make(chan string, 1)}
	w.printed = append(w.printed, printed)
	return printed
}

// number returns a mobile number that no other visitor has, as typed on the mainland.
func (w *world) number() string {
	number := fmt.Sprintf("138%08d", w.numbers.Add(1))
	w.secrets.add(aNumber, number)
	return number
}

// numberOf returns a mobile number with these seven digits before the last four, that no other visitor has.
func (w *world) numberOf(prefix string) string {
	number := fmt.Sprintf("%s%04d", prefix, w.numbers.Add(1)%10_000)
	w.secrets.add(aNumber, number)
	return number
}

// newPrefix returns seven digits that no other number begins with, the first three of which are given.
func (w *world) newPrefix(segment string) string {
	return fmt.Sprintf("%s%04d", segment, w.prefixes.Add(1))
}

// address returns an address that no other visitor has, in a neighbourhood without any.
func (w *world) address() string {
	n := w.addresses.Add(1)
	return fmt.Sprintf("10.%d.%d.%d", byte(n), byte(n>>8), byte(n>>16)+1)
}

// id returns a challenge id as pages make them: a UUID.
func (w *world) id() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	id := fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
	w.secrets.add(aChallenge, id)
	return id
}
