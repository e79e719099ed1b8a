package httpapi_test

import (
	"testing"
	"time"
)

// While the store pauses because it has lost data, both dialects say so, and for how long.
func TestPaused(t *testing.T) {
	s := open(t)
	s.faults.paused.Store(int64(239*time.Second + time.Millisecond))
	const body = "服务暂停，请 240 秒后再试"
	wantErrno(t, s.get("/passport/image_code?code_id="+unknownID), errno("4001", body))
	wantErrno(t, s.post("/passport/sms_code", object("mobile", mobile, "image_code", "AAAA", "image_code_id", unknownID)), errno("4001", body))

	w := s.post("/v1/verifications", object("challenge_id", unknownID, "answer", "AAAA", "phone", mobile, "purpose", "login"))
	if p := wantProblem(t, w, "store-paused", 503); p.RetryAfter != 240 || w.Header().Get("Retry-After") != "240" {
		t.Errorf("got wait %d, header %q, want 240", p.RetryAfter, w.Header().Get("Retry-After"))
	}
	s.wantSent(0)
}
