package fake_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/aliyun"
	"github.com/cattlegrid/cattlegrid/sms/fake"
	"github.com/cattlegrid/cattlegrid/sms/template"
)

// site is a fake provider with its page, a sender that uses it, and where its receipts go.
type site struct {
	*fake.Site
	url      string
	sender   *aliyun.Sender
	receipts chan cattlegrid.Receipt
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{receipts: make(chan cattlegrid.Receipt, 10)}
	gate := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		receipts, err := s.sender.Receipts(r, body)
		if err != nil {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		for _, receipt := range receipts {
			s.receipts <- receipt
		}
		s.sender.Acknowledge(w)
	}))
	t.Cleanup(gate.Close)
	s.Site = fake.NewSite(slog.New(slog.DiscardHandler), func(name string) string { return gate.URL + "/receipts/" + name + "?token=t" },
		fake.Aliyun{AccessKeyID: "id", AccessKeySecret: "secret"})
	server := httptest.NewServer(s.Site)
	t.Cleanup(server.Close)
	t.Cleanup(s.Wait)
	s.url = server.URL
	var err error
	s.sender, err = aliyun.New(aliyun.Config{
		AccessKeyID: "id", AccessKeySecret: "secret", Signature: "示例网", Endpoint: server.URL + "/aliyun", ReceiptToken: "t",
		Templates: template.Table{{ID: "SMS_1", Variables: []string{"code"}}},
	}, server.Client())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *site) send(t *testing.T) error {
	t.Helper()
	to, err := cattlegrid.ParseE164("+8613800138000")
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.sender.Send(t.Context(), cattlegrid.Message{ID: "MESSAGE", To: to, Code: "482915", Lifetime: 5 * time.Minute})
	return err
}

func (s *site) do(t *testing.T, method, path, body string, header ...string) (int, string) {
	t.Helper()
	req, err := http.NewRequest(method, s.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var said bytes.Buffer
	if _, err := said.ReadFrom(res.Body); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, said.String()
}

func (s *site) messages(t *testing.T) (list struct {
	Messages []fake.SiteMessage
	Problems []fake.SiteProblem
},
) {
	t.Helper()
	s.Wait()
	_, body := s.do(t, http.MethodGet, "/messages", "")
	if err := json.Unmarshal([]byte(body), &list); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	return list
}

// What a provider takes is shown with what it says, and its receipt arrives where it should.
func TestSite(t *testing.T) {
	s := newSite(t)
	if list := s.messages(t); list.Messages == nil || list.Problems == nil {
		t.Errorf("nothing is shown as null, want empty lists")
	}
	if err := s.send(t); err != nil {
		t.Fatalf("Send: %v", err)
	}
	if r := <-s.receipts; r.State != cattlegrid.Delivered || r.MessageID != "MESSAGE" {
		t.Errorf("receipt %+v, want that the message was delivered", r)
	}
	list := s.messages(t)
	if len(list.Messages) != 1 {
		t.Fatalf("shown %+v, want one message", list)
	}
	m := list.Messages[0]
	if m.To != "+8613800138000" || m.Says != "SMS_1 code=482915" || m.From != "示例网" || m.Outcome != fake.Take || m.Receipt != "delivered" {
		t.Errorf("shown %+v", m)
	}
	if status, body := s.do(t, http.MethodGet, "/", ""); status != http.StatusOK || !strings.Contains(body, "fake-sms") {
		t.Errorf("the page: %d %.80s", status, body)
	}
}

// A provider misbehaves as it is told to, as often as it is told to.
func TestSiteFaults(t *testing.T) {
	s := newSite(t)
	for _, tt := range []struct {
		faults  string
		sent    bool
		receipt string
	}{
		{`{"percent": {"throttle": 100}}`, false, ""},
		{`{"latency_ms": 1, "lost_receipts": 100}`, true, "lost on its way, as told"},
		{`{"undelivered": 100}`, true, "lost"},
		{`{"percent": {"close-taken": 100}, "undelivered": 100}`, false, "lost"},
	} {
		if status, body := s.do(t, http.MethodPut, "/faults/aliyun", tt.faults); status != http.StatusOK {
			t.Fatalf("PUT %s: %d %s", tt.faults, status, body)
		}
		if err := s.send(t); (err == nil) != tt.sent {
			t.Errorf("%s: Send: %v, want sent %t", tt.faults, err, tt.sent)
		}
		if got := s.messages(t).Messages[0].Receipt; got != tt.receipt {
			t.Errorf("%s: receipt %q, want %q", tt.faults, got, tt.receipt)
		}
	}
}

// What makes no sense changes nothing, and neither does a page of another site.
func TestSiteFaultsRefused(t *testing.T) {
	s := newSite(t)
	for path, bodies := range map[string][]string{
		"/faults/aliyun": {"", "[]", `{"percent": {"explode": 1}}`, `{"percent": {"busy": 60, "throttle": 41}}`, `{"percent": {"busy": -1}}`, `{"latency_ms": 30001}`, `{"lost_receipts": 101}`, `{"unknown": 1}`},
		"/faults/nobody": {"{}"},
	} {
		for _, body := range bodies {
			if status, said := s.do(t, http.MethodPut, path, body); status < 400 || !strings.Contains(said, "problem") {
				t.Errorf("PUT %s %s: %d %s, want a problem", path, body, status, said)
			}
		}
	}
	if status, _ := s.do(t, http.MethodPut, "/faults/aliyun", `{"percent": {"busy": 100}}`, "Origin", "https://other.example.com"); status != http.StatusForbidden {
		t.Errorf("PUT from another site: %d, want 403", status)
	}
	if err := s.send(t); err != nil {
		t.Errorf("Send: %v", err)
	}
}

// A request that the provider refuses is shown with what was wrong.
func TestSiteProblems(t *testing.T) {
	s := newSite(t)
	if status, _ := s.do(t, http.MethodPost, "/aliyun/?PhoneNumbers=13800138000", ""); status != http.StatusBadRequest {
		t.Errorf("a request without a signature: %d, want 400", status)
	}
	list := s.messages(t)
	if len(list.Messages) != 0 || len(list.Problems) != 1 || !strings.Contains(list.Problems[0].Problem, "no signature") {
		t.Errorf("shown %+v, want what was wrong", list)
	}
}
