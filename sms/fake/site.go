package fake

import (
	_ "embed" // the page
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

//go:embed site.html
var sitePage []byte

// Site is several providers on one address, with a page that shows what they took and lets them misbehave:
//
//	GET  /                   the page
//	GET  /messages           what was taken, the newest first, and what was wrong with other requests
//	GET  /faults             how each provider misbehaves
//	PUT  /faults/{provider}  a [Faults] in JSON
//	*    anything else       the provider whose requests look like that
//	*    /{provider}/…       the provider, for those whose requests look like nobody's
//
// It is for one's own machine: whoever reaches it reads the codes.
type Site struct {
	mux      *http.ServeMux
	servers  map[string]*Server
	client   *http.Client
	receipts func(provider string) string // where a provider's receipts are posted; "" is nowhere
	logger   *slog.Logger

	mu       sync.Mutex
	faults   map[string]Faults
	messages []SiteMessage // the oldest first
	problems []SiteProblem
	pending  int // receipts that are on their way
	arrived  *sync.Cond
}

// SiteMessage is a message on the page.
type SiteMessage struct {
	Provider string    `json:"provider"`
	At       time.Time `json:"at"`
	To       string    `json:"to"`
	From     string    `json:"from,omitempty"`
	Says     string    `json:"says"`
	ID       string    `json:"id"`
	Ref      string    `json:"ref,omitempty"`
	Outcome  Outcome   `json:"outcome"`
	Receipt  string    `json:"receipt,omitempty"` // what was reported, or why nothing was
}

// SiteProblem is a request that a provider refused because something was wrong with it.
type SiteProblem struct {
	Provider string    `json:"provider"`
	At       time.Time `json:"at"`
	Problem  string    `json:"problem"`
}

// maxShown bounds what the page shows.
const maxShown = 200

// NewSite returns a site with these providers. Receipts are posted to what the function returns for a provider; a nil
// function posts none.
func NewSite(logger *slog.Logger, receipts func(provider string) string, providers ...Provider) *Site {
	if receipts == nil {
		receipts = func(string) string { return "" }
	}
	s := &Site{
		mux: http.NewServeMux(), servers: map[string]*Server{}, client: &http.Client{Timeout: 5 * time.Second}, receipts: receipts, logger: logger, faults: map[string]Faults{},
	}
	s.arrived = sync.NewCond(&s.mu)
	for _, p := range providers {
		name := p.Name()
		s.faults[name] = Faults{}
		server := NewServer(p, nil)
		server.behave = func(m Message) Outcome { return s.decide(p, m) }
		server.wrong = func(err error) { s.note(name, err) }
		s.mux.Handle("/"+name+"/", server)
		s.servers[name] = server
	}
	s.mux.HandleFunc("/", s.dispatch)
	s.mux.HandleFunc("GET /{$}", s.page)
	s.mux.HandleFunc("GET /messages", s.list)
	s.mux.HandleFunc("GET /faults", s.listFaults)
	s.mux.HandleFunc("PUT /faults/{provider}", s.setFaults)
	return s
}

// ServeHTTP implements [http.Handler]. Pages of other sites may not read the codes, nor change anything.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; frame-ancestors 'none'")
	w.Header().Set("Cache-Control", "no-store")
	http.NewCrossOriginProtection().Handler(s.mux).ServeHTTP(w, r)
}

// looks tells providers' requests from one another, so that all can be served at the root of one address, as the real ones are.
var looks = map[string]func(*http.Request) bool{
	"aliyun":              func(r *http.Request) bool { return r.Header.Get("X-Acs-Action") == "SendSms" },
	"aliyun-verification": func(r *http.Request) bool { return r.Header.Get("X-Acs-Action") == "SendSmsVerifyCode" },
	"tencent":             func(r *http.Request) bool { return r.Header.Get("X-Tc-Action") != "" },
	"yuntongxun":          func(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/2013-12-26/") },
	"huawei":              func(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/sms/batchSendSms/") },
	"twilio":              func(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/2010-04-01/") },
	"vonage":              func(r *http.Request) bool { return r.URL.Path == "/v1/messages" },
	"aws":                 func(r *http.Request) bool { return r.Header.Get("X-Amz-Target") != "" },
}

// dispatch hands a request to the provider that it is for.
func (s *Site) dispatch(w http.ResponseWriter, r *http.Request) {
	for name, server := range s.servers {
		if look, ok := looks[name]; ok && look(r) {
			server.ServeHTTP(w, r)
			return
		}
	}
	http.Error(w, "this is the request of no provider that is served here", http.StatusNotFound)
}

// Also lets a provider that is not one over HTTP misbehave: ask [Site.Draw] what happens to each of its messages.
func (s *Site) Also(provider string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults[provider] = Faults{}
}

// Draw is what happens to one message of a provider, which is shown, and what becomes of its receipt: lost or telling that the
// message is. It takes as long as the provider is late.
func (s *Site) Draw(m SiteMessage) (outcome Outcome, lostReceipt, undelivered bool) {
	faults := s.Faults(m.Provider)
	time.Sleep(faults.latency())
	m.Outcome = faults.draw()
	lostReceipt, undelivered = chance(faults.LostReceipts), chance(faults.Undelivered)
	s.Add(m)
	s.logger.Info("message", slog.String("provider", m.Provider), slog.String("to", m.To), slog.String("says", m.Says), slog.String("outcome", string(m.Outcome)))
	return m.Outcome, lostReceipt, undelivered
}

// Wait waits until the receipts that are on their way have arrived.
func (s *Site) Wait() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.pending > 0 {
		s.arrived.Wait()
	}
}

// Faults returns how a provider misbehaves.
func (s *Site) Faults(provider string) Faults {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.faults[provider]
}

// Add shows a message of a provider that is not one over HTTP.
func (s *Site) Add(m SiteMessage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.messages = append(s.messages, m)
	if over := len(s.messages) - maxShown; over > 0 {
		s.messages = slices.Delete(s.messages, 0, over)
	}
}

func (s *Site) decide(p Provider, m Message) Outcome {
	outcome, lostReceipt, undelivered := s.Draw(SiteMessage{Provider: p.Name(), At: m.At, To: m.To, From: m.From, Says: says(m), ID: m.ID, Ref: m.Ref})
	if outcome.Takes() {
		s.report(p, m, lostReceipt, undelivered)
	}
	return outcome
}

// says is a message in words.
func says(m Message) string {
	if m.Template == "" {
		return m.Text
	}
	var values []string
	for _, name := range slices.Sorted(maps.Keys(m.Values)) {
		values = append(values, name+"="+m.Values[name])
	}
	return m.Template + " " + strings.Join(values, " ")
}

// report posts a receipt.
func (s *Site) report(p Provider, m Message, lost, undelivered bool) {
	url, state := s.receipts(p.Name()), cattlegrid.Delivered
	switch {
	case url == "":
		return
	case lost:
		s.receipt(m.ID, "lost on its way, as told")
		return
	case undelivered:
		state = cattlegrid.Lost
	}
	req := p.Receipt(m, url, state)
	if req == nil {
		return
	}
	s.mu.Lock()
	s.pending++
	s.mu.Unlock()
	go func() {
		what := s.post(req, state)
		s.receipt(m.ID, what)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.pending--
		s.arrived.Broadcast()
	}()
}

// post returns what became of a receipt.
func (s *Site) post(req *http.Request, state cattlegrid.ReceiptState) string {
	res, err := s.client.Do(req) //nolint:gosec // whoever runs the fake says where receipts go; the client has a timeout
	if err != nil {
		return "not taken: no answer"
	}
	_ = res.Body.Close() // whatever it says
	if res.StatusCode > 299 {
		return "not taken: " + res.Status
	}
	return string(state)
}

func (s *Site) receipt(id, what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.messages {
		if s.messages[i].ID == id {
			s.messages[i].Receipt = what
		}
	}
}

func (s *Site) note(provider string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.problems = append(s.problems, SiteProblem{Provider: provider, At: time.Now(), Problem: err.Error()})
	if over := len(s.problems) - maxShown; over > 0 {
		s.problems = slices.Delete(s.problems, 0, over)
	}
	s.logger.Warn("request refused", slog.String("provider", provider), slog.Any("problem", err))
}

func (s *Site) page(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(sitePage)
}

func (s *Site) list(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	messages, problems := slices.Clone(s.messages), slices.Clone(s.problems)
	s.mu.Unlock()
	slices.Reverse(messages)
	slices.Reverse(problems)
	writeJSON(w, http.StatusOK, map[string]any{"messages": orNone(messages), "problems": orNone(problems)})
}

// orNone makes [] of nothing, where JSON would say null.
func orNone[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func (s *Site) listFaults(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	writeJSON(w, http.StatusOK, map[string]any{"faults": s.faults, "outcomes": outcomes})
}

func (s *Site) setFaults(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("provider")
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRequest))
	decoder.DisallowUnknownFields()
	var f Faults
	err := decoder.Decode(&f)
	if err == nil {
		err = f.Validate()
	}
	if err != nil {
		writeJSON(w, http.StatusBadRequest, map[string]string{"problem": err.Error()})
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.faults[name]; !ok {
		writeJSON(w, http.StatusNotFound, map[string]any{"problem": "there is no such provider", "providers": slices.Sorted(maps.Keys(s.faults))})
		return
	}
	s.faults[name] = f
	writeJSON(w, http.StatusOK, f)
}
