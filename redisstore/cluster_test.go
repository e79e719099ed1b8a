package redisstore_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/rueidis"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
	"github.com/cattlegrid/cattlegrid/internal/redistest"
	"github.com/cattlegrid/cattlegrid/redisstore"
	"github.com/cattlegrid/cattlegrid/storetest"
)

// fewerChecks has the suite's properties checked less often than where the same scripts are checked already: each step takes
// several servers, or waits for one.
func fewerChecks(t *testing.T) {
	t.Helper()
	checks := flag.Lookup("rapid.checks")
	before := checks.Value.String()
	if err := flag.Set(checks.Name, "20"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = flag.Set(checks.Name, before) })
}

// A cluster is a store as well, wherever in it keys lie.
func TestClusterStore(t *testing.T) {
	t.Run("Plain", func(t *testing.T) { onCluster(t, redistest.StartCluster(t, 3), redisstore.Options{}) })
	t.Run("Waits", func(t *testing.T) {
		onCluster(t, redistest.StartReplicatedCluster(t, 3), redisstore.Options{WaitReplicas: 1})
	})
}

func onCluster(t *testing.T, cluster *redistest.Cluster, o redisstore.Options) {
	client := newClient(t, cluster.URL())
	fewerChecks(t)
	storetest.Run(t, storetest.Harness{
		Drift: storetest.MaxDrift,
		New: func(t testing.TB) (cattlegrid.Store, func(time.Duration)) {
			cluster.Do(t, "FLUSHALL")
			s := &scattered{client: client, options: o, tags: map[string]string{}}
			s.ahead(t)
			return s, func(d time.Duration) {
				cluster.Age(t, d)
				cluster.Do(t, "SCRIPT", "FLUSH") // of those with another clock
				s.by += d
				s.ahead(t)
			}
		},
	})
}

// scattered is a store that has the suite's keys in several slots, as a gate's are: charges in lanes and those that are
// recorded in one, with their records, all others in three.
type scattered struct {
	*redisstore.Store
	client  rueidis.Client
	options redisstore.Options
	by      time.Duration

	mu   sync.Mutex
	tags map[string]string // of keys, as they were first seen
}

func (s *scattered) ahead(t testing.TB) {
	t.Helper()
	store, err := redisstore.NewWith(s.client, fmt.Sprintf("redis.call('TIME')[1] * 1000000 + redis.call('TIME')[2] + %d", s.by.Microseconds()), s.options)
	if err != nil {
		t.Fatal(err)
	}
	s.Store = store
}

func (s *scattered) scatter(debits []cattlegrid.Debit) []cattlegrid.Debit {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]cattlegrid.Debit, len(debits))
	for i, d := range debits {
		tag := "{guard}"
		if d.Record == "" && d.Lane == nil && d.Key != "" && !strings.Contains("none country only segment only all", d.Key) {
			tag = []string{"{guard}", "{phone}", "{client}"}[int(d.Key[len(d.Key)-1])%3]
		}
		if s.tags[d.Key] == "" {
			s.tags[d.Key] = tag
		}
		tag = s.tags[d.Key]
		if len(d.Key)+len(tag) <= cattlegrid.MaxKeyLen && d.Key != "" {
			d.Key = tag + d.Key
		}
		if d.Record != "" && len(d.Record)+len(tag) <= cattlegrid.MaxKeyLen {
			d.Record = tag + d.Record
		}
		if d.Lane != nil {
			lane := guard.Lane{Depth: d.Lane.Depth}
			for _, rank := range d.Lane.Ranks {
				if rank.Record != "" && len(rank.Record)+len(tag) <= cattlegrid.MaxKeyLen {
					rank.Record = tag + rank.Record
				}
				lane.Ranks = append(lane.Ranks, rank)
			}
			d.Lane = &lane
		}
		all[i] = d
	}
	return all
}

// gathered puts the suite's own debits back into a refusal.
func gathered(err error, debits []cattlegrid.Debit) error {
	var limit *cattlegrid.LimitError
	if !errors.As(err, &limit) {
		return err
	}
	for i, r := range limit.Refusals {
		for _, d := range debits {
			if strings.HasSuffix(r.Debit.Key, "}"+d.Key) {
				limit.Refusals[i].Debit = d
			}
		}
	}
	return cattlegrid.NewLimitError(limit.Refusals)
}

func (s *scattered) Put(ctx context.Context, key string, secret cattlegrid.Secret, debits ...cattlegrid.Debit) error {
	return gathered(s.Store.Put(ctx, key, secret, s.scatter(debits)...), debits)
}

func (s *scattered) Keep(ctx context.Context, key string, secret cattlegrid.Secret, debits ...cattlegrid.Debit) (cattlegrid.Kept, error) {
	kept, err := s.Store.Keep(ctx, key, secret, s.scatter(debits)...)
	return kept, gathered(err, debits)
}

func (s *scattered) Attempt(ctx context.Context, key, guess string, debits ...cattlegrid.Debit) ([]byte, error) {
	payload, err := s.Store.Attempt(ctx, key, guess, s.scatter(debits)...)
	return payload, gathered(err, debits)
}

func (s *scattered) Spend(ctx context.Context, debits ...cattlegrid.Debit) error {
	return gathered(s.Store.Spend(ctx, s.scatter(debits)...), debits)
}

func (s *scattered) Refund(ctx context.Context, debits ...cattlegrid.Debit) error {
	return s.Store.Refund(ctx, s.scatter(debits)...)
}

func (s *scattered) Settle(ctx context.Context, credit cattlegrid.Debit, debits ...cattlegrid.Debit) error {
	return s.Store.Settle(ctx, s.scatter([]cattlegrid.Debit{credit})[0], s.scatter(debits)...)
}

// A step whose debits lie on three servers is refused as a whole, with every refusal, and costs nothing then: neither where
// it would have fitted nor what was there before.
func TestClusterRefusal(t *testing.T) {
	store := newStore(t, redistest.StartCluster(t, 3).URL())
	phone, client, total := debit("a_{phone}", "1", 2), debit("a_{client}", "1", 2), debit("a_{guard}", "1", 2)
	total.Adds = true
	all := []cattlegrid.Debit{phone, client, total}
	full := func(place int) []cattlegrid.Debit {
		debits := append([]cattlegrid.Debit(nil), all...)
		debits[place].Cost = 3
		return debits
	}
	for place, d := range all {
		for name, err := range map[string]error{
			"Spend": store.Spend(t.Context(), full(place)...),
			"Put":   store.Put(t.Context(), "Code_{phone}", code("digest"), full(place)...),
			"Keep":  second(store.Keep(t.Context(), "Code_{phone}", code("digest"), full(place)...)),
		} {
			var limit *cattlegrid.LimitError
			if !errors.As(err, &limit) || len(limit.Refusals) != 1 || limit.Refusals[0].Debit.Key != d.Key {
				t.Errorf("%s beyond the limit of %s: %v", name, d.Key, err)
			}
		}
	}
	for place := range all {
		all[place].Cost = 3
	}
	var limit *cattlegrid.LimitError
	if err := store.Put(t.Context(), "Code_{phone}", code("digest"), all...); !errors.As(err, &limit) || len(limit.Refusals) != 3 || limit.Refusals[2].Debit.Key != total.Key {
		t.Errorf("Put beyond all limits: %v", err)
	}
	if _, err := store.Peek(t.Context(), "Code_{phone}"); !errors.Is(err, cattlegrid.ErrNotFound) {
		t.Errorf("Peek after refusals: %v, want ErrNotFound", err)
	}
	for range 2 { // the second charge of phone and client is free, and a refund takes it back
		if err := store.Spend(t.Context(), phone, client, total); err != nil {
			t.Fatalf("Spend: %v", err)
		}
	}
	if err := store.Spend(t.Context(), phone, client, total); !errors.Is(err, cattlegrid.ErrLimit) {
		t.Errorf("Spend of a third unit on %s: %v, want ErrLimit", total.Key, err)
	}
	for range 2 {
		if err := store.Refund(t.Context(), phone, client, total); err != nil {
			t.Fatalf("Refund: %v", err)
		}
	}
	phone.ID, client.ID, total.ID = "2", "2", "2"
	phone.Cost, client.Cost, total.Cost = 2, 2, 2
	if err := store.Spend(t.Context(), phone, client, total); err != nil {
		t.Errorf("Spend after all was given back: %v", err)
	}
}

func second(_ cattlegrid.Kept, err error) error { return err }

// Who goes away while what a shard has charged is being given back is let go at once, and it is given back all the same.
func TestClusterGiveBackAlone(t *testing.T) {
	cluster := redistest.StartCluster(t, 3)
	client := &stallingClient{Client: newClient(t, cluster.URL()), stalled: make(chan struct{}), goOn: make(chan struct{})}
	store, err := redisstore.New(client, redisstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	phone, total := debit("a_{phone}", "1", 1), debit("a_{guard}", "1", 1)
	if err := store.Spend(t.Context(), total); err != nil {
		t.Fatalf("Spend: %v", err)
	}
	total.ID = "2"
	if err := store.Spend(t.Context(), phone, total); !errors.Is(err, cattlegrid.ErrLimit) { // so that the shards know the scripts
		t.Fatalf("Spend: %v, want ErrLimit", err)
	}
	client.left.Store(3) // after the two charges
	ctx, cancel := context.WithCancel(t.Context())
	answer := make(chan error, 1)
	go func() { answer <- store.Spend(ctx, phone, total) }()
	<-client.stalled
	start := time.Now()
	cancel()
	err = <-answer
	if took := time.Since(start); !errors.Is(err, cattlegrid.ErrLimit) || took > patience {
		t.Errorf("Spend: %v, %v after the caller went away, want ErrLimit at once", err, took)
	}
	close(client.goOn)
	redistest.Await(t, "it is given back", func() bool { return cluster.Get(t, "a_{phone}:count") == "(nil)" })
}

// stallingClient has the command wait that brings left to zero, until it may go on.
type stallingClient struct {
	rueidis.Client
	left          atomic.Int64
	stalled, goOn chan struct{}
}

func (c *stallingClient) Do(ctx context.Context, cmd rueidis.Completed) rueidis.RedisResult {
	if c.left.Add(-1) == 0 {
		close(c.stalled)
		<-c.goOn
	}
	return c.Client.Do(ctx, cmd)
}

// Callers who compete for budgets on three servers never get more than there is, and what they did not get is still there.
func TestClusterBudget(t *testing.T) {
	cluster := redistest.StartCluster(t, 3)
	stores := []*redisstore.Store{newStore(t, cluster.URL()), newStore(t, cluster.URL())}
	const callers, budget = 120, 20
	step := func(id string) []cattlegrid.Debit {
		return []cattlegrid.Debit{debit("a_{phone}", id, budget), debit("a_{client}", id, budget+5), debit("a_{guard}", id, budget+9)}
	}
	var granted atomic.Int64
	var all sync.WaitGroup
	for i := range callers {
		all.Go(func() {
			switch err := stores[i%2].Spend(t.Context(), step(strconv.Itoa(i))...); {
			case err == nil:
				granted.Add(1)
			case !errors.Is(err, cattlegrid.ErrLimit):
				t.Errorf("Spend: %v", err)
			}
		})
	}
	all.Wait()
	left := 0
	for stores[0].Spend(t.Context(), step("again"+strconv.Itoa(left))...) == nil {
		left++
	}
	if granted.Load()+int64(left) != budget {
		t.Errorf("%d grants at once and %d after that, want %d in all", granted.Load(), left, budget)
	}
}

// Settling reaches every server, and records only if the credit fits where it lies.
func TestClusterSettle(t *testing.T) {
	cluster := redistest.StartCluster(t, 3)
	store := newStore(t, cluster.URL())
	credit := debit("credit_{phone}", "1", 1)
	total, client := debit("a_{guard}", "phone", 1), debit("a_{client}", "phone", 1)
	total.Record, client.Record = "Record_{guard}", "Record_{client}"
	for _, want := range []string{"1 ", "1 "} { // once a day
		if err := store.Spend(t.Context(), total, client); err != nil {
			t.Fatalf("Spend: %v", err)
		}
		if err := store.Settle(t.Context(), credit, total, client); err != nil {
			t.Fatalf("Settle: %v", err)
		}
		for _, record := range []string{"Record_{guard}:count", "Record_{client}:count"} {
			if got := cluster.Get(t, record); !strings.HasPrefix(got, want) {
				t.Errorf("%s is %q, want a total of %s", record, got, want)
			}
		}
		credit.ID = "2"
	}
}

// A gate on a cluster takes the policy that ships: its accounts and their records lie together, also where nobody in
// particular asks.
func TestClusterGate(t *testing.T) {
	store, err := redisstore.New(newClient(t, redistest.StartCluster(t, 3).URL()), redisstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	gate, err := cattlegrid.New(cattlegrid.Options{Store: store, Sender: nowhere{}})
	if err != nil {
		t.Fatal(err)
	}
	number, err := cattlegrid.ParseE164("+8613800138000")
	if err != nil {
		t.Fatal(err)
	}
	if err := gate.Vouch(t.Context(), number); err != nil {
		t.Errorf("Vouch: %v", err)
	}
	const id = "challenge-1"
	client := netip.MustParseAddr("192.0.2.1")
	if _, err := gate.Challenge(t.Context(), cattlegrid.ChallengeRequest{ID: id, Client: client}); err != nil {
		t.Fatalf("Challenge: %v", err)
	}
	answer, err := store.Peek(t.Context(), "ImageCode_"+id)
	if err != nil {
		t.Fatalf("Peek: %v", err)
	}
	_, err = gate.SendCode(t.Context(), cattlegrid.SendRequest{
		ChallengeID: id, Answer: answer.Value, Phone: number.E164(), Purpose: "login", Client: client,
	})
	if err != nil {
		t.Errorf("SendCode: %v", err)
	}
}

// nowhere is where messages go that nobody waits for.
type nowhere struct{}

func (nowhere) Send(context.Context, cattlegrid.Message) (cattlegrid.Delivery, error) {
	return cattlegrid.Delivery{}, nil
}

// Records on another server than the debits that name them cannot be looked at.
func TestClusterRefusesFarRecords(t *testing.T) {
	store := newStore(t, redistest.StartCluster(t, 3).URL())
	d := debit("a_{client}", "1", 1)
	d.Record = "Record_{guard}"
	lane := debit("a_{client}", "1", 1)
	lane.Lane = &guard.Lane{Ranks: []guard.Rank{{Record: "Record_{guard}", Least: 1}}}
	for name, err := range map[string]error{
		"Spend":  store.Spend(t.Context(), d),
		"Lane":   store.Spend(t.Context(), lane),
		"Refund": store.Refund(t.Context(), d),
		"Settle": store.Settle(t.Context(), d),
	} {
		if isAnswer(err) || !strings.Contains(err.Error(), "two servers") {
			t.Errorf("%s: %v, want an error about two servers", name, err)
		}
	}
}
