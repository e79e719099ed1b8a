package httpapi_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/httpapi"
)

// postman is a provider that reports "state id", a line each, of messages by our id. Its token is "let-me-in".
type postman struct{ fail error }

func (p *postman) Receipts(r *http.Request, body []byte) (receipts []cattlegrid.Receipt, err error) {
	if r.URL.Query().Get("token") != "let-me-in" {
		return nil, cattlegrid.ErrReceipt
	}
	for line := range strings.Lines(string(body)) {
		state, id, _ := strings.Cut(strings.TrimSpace(line), " ")
		receipts = append(receipts, cattlegrid.Receipt{Provider: "outbox", MessageID: id, State: cattlegrid.ReceiptState(state)})
	}
	return receipts, p.fail
}

func (p *postman) Acknowledge(w http.ResponseWriter) {
	_, _ = w.Write([]byte("thank you"))
}

// A provider's receipts arrive at the operator and on the visitor's page, those about nothing known are thanked for all the same.
func TestReceipts(t *testing.T) {
	var reports []cattlegrid.Report
	s := open(t, func(o *setup) {
		o.gate.OnReport = func(_ context.Context, r cattlegrid.Report) { reports = append(reports, r) }
		o.http.Receivers = map[string]httpapi.Receiver{"outbox": &postman{}}
	})
	w := s.post("/v1/verifications", s.createBody(mobile, "login"))
	at := w.Header().Get("Location")
	for _, want := range []string{`{"message":"sent"}`, `{"message":"delivered"}`} {
		if w := s.get(at); w.Code != http.StatusOK || w.Body.String() != want {
			t.Errorf("%s: got %d %s, want %s", at, w.Code, w.Body, want)
		}
		w := s.post("/receipts/outbox?token=let-me-in", "lost nobody-knows-it\ndelivered "+s.outbox.last(t).ID+"\n")
		if w.Code != http.StatusOK || w.Body.String() != "thank you" {
			t.Errorf("receipts: got %d %s, want the provider's thanks", w.Code, w.Body)
		}
	}
	if len(reports) != 2 || reports[0].State != cattlegrid.Delivered || reports[0].Repeat || !reports[1].Repeat {
		t.Errorf("reports %+v, want that it was delivered, and that it was said twice", reports)
	}
	if log := s.log.String(); strings.Contains(log, "let-me-in") {
		t.Errorf("the log has the token: %s", log)
	}
}

// A receipt that is quicker than the provider's answer is asked for again, unless it is about what nobody will ever know.
func TestReceiptsEarly(t *testing.T) {
	p := &quick{}
	s := open(t, func(o *setup) {
		o.gate.OnReport = func(context.Context, cattlegrid.Report) {}
		o.http.Receivers = map[string]httpapi.Receiver{"quick": p}
	})
	for at, want := range map[time.Duration]int{-time.Second: http.StatusServiceUnavailable, -2 * time.Minute: http.StatusOK} {
		p.receipt = cattlegrid.Receipt{Provider: "quick", ID: "unheard-of", State: cattlegrid.Delivered, At: time.Now().Add(at)}
		if w := s.post("/receipts/quick", "x"); w.Code != want {
			t.Errorf("a receipt of %v ago: got %d %s, want %d", -at, w.Code, w.Body, want)
		}
	}
	p.receipt.At = time.Time{}
	if w := s.post("/receipts/quick", "x"); w.Code != http.StatusOK {
		t.Errorf("a receipt without a time: got %d %s, want 200", w.Code, w.Body)
	}
}

// quick is a provider with one receipt.
type quick struct {
	postman

	receipt cattlegrid.Receipt
}

func (q *quick) Receipts(*http.Request, []byte) ([]cattlegrid.Receipt, error) {
	return []cattlegrid.Receipt{q.receipt}, nil
}

// What is forged, too large, of nobody or cannot be kept is not thanked for, so that a provider who means it tries again.
func TestReceiptsRefused(t *testing.T) {
	p := &postman{}
	s := open(t, func(o *setup) {
		o.gate.OnReport = func(_ context.Context, r cattlegrid.Report) { t.Errorf("report %+v, want none", r) }
		o.http.Receivers = map[string]httpapi.Receiver{"outbox": p}
	})
	s.post("/v1/verifications", s.createBody(mobile, "login"))
	delivered := "delivered " + s.outbox.last(t).ID
	wantProblem(t, s.post("/receipts/outbox", delivered), "bad-receipt", 403)
	wantProblem(t, s.post("/receipts/outbox?token=let-me-out", delivered), "bad-receipt", 403)
	wantProblem(t, s.post("/receipts/nobody?token=let-me-in", delivered), "not-found", 404)
	wantProblem(t, s.post("/receipts/outbox?token=let-me-in", strings.Repeat("x", 512<<10+1)), "too-large", 413)
	p.fail = errors.New("the provider's certificate cannot be fetched")
	wantProblem(t, s.post("/receipts/outbox?token=let-me-in", delivered), "internal", 500)
	p.fail = nil
	s.faults.down.Store(true)
	wantProblem(t, s.post("/receipts/outbox?token=let-me-in", delivered), "store-unavailable", 503)
}

// Where receipts are not taken nothing is known of messages.
func TestFateUnknown(t *testing.T) {
	s := open(t)
	w := s.post("/v1/verifications", s.createBody(mobile, "login"))
	wantProblem(t, s.get(w.Header().Get("Location")), "not-found", 404)
	wantProblem(t, s.get("/v1/verifications/none"), "verification-expired", 410)
}
