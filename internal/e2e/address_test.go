package e2e_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid/internal/redistest"
)

// Who is no trusted proxy is taken for itself, whatever it says in whichever header: limits count for what they are.
func TestForgedAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	server := redistest.Start(t)
	limits := w.guard(withoutBudgets(nil, thirtyPerClient)...)
	honest := w.onRedis(server, newData(t), limits)
	// It trusts others than us.
	g := w.onRedis(server, honest.data, limits, "CATTLEGRID_HTTP_TRUSTED_PROXIES=192.0.2.0/24")
	forged := func(address string) map[string]string {
		return map[string]string{
			"X-Real-IP": address, "Forwarded": "for=" + address, "True-Client-IP": address, "CF-Connecting-IP": address,
			"X-Client-IP": address, "X-Cluster-Client-IP": address,
		}
	}
	solved := honest.challenges(crowd)

	want := func(doing string, wanted map[string]int, replies []reply) {
		t.Helper()
		if diff := cmp.Diff(wanted, outcomes(replies)); diff != "" {
			t.Errorf("%s: answers (-want +got):\n%s", doing, diff)
		}
	}
	want("challenges", map[string]int{"200": 30, "4202": crowd - 30}, all(crowd, func(int) reply {
		address := w.address()
		return g.do(call{method: http.MethodGet, path: "/passport/image_code?code_id=" + w.id(), from: address, header: forged(address)})
	}))
	want("messages", map[string]int{"0": 30, "4202": crowd - 30}, all(crowd, func(i int) reply {
		return g.smsCode(w.number(), solved[i], w.address())
	}))
	if got := len(w.provider.sent()); got != 30 {
		t.Errorf("%d messages left, want 30", got)
	}
}

// What a visitor wrote into X-Forwarded-For stands left of what the trusted proxy appended, and is not read.
func TestForgedAddressThroughProxy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	g := w.onRedis(redistest.Start(t), newData(t))
	visitor := w.address()
	replies := all(crowd, func(i int) reply {
		forged := w.address()
		if i%2 == 0 {
			forged = "127.0.0.1, " + forged
		}
		return g.picture(w.id(), forged+", "+visitor)
	})
	if diff := cmp.Diff(map[string]int{"200": 30, "4202": crowd - 30}, outcomes(replies)); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
}
