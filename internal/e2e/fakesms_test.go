package e2e_test

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/internal/redistest"
)

// fakeSMS is the command that fakes providers.
type fakeSMS struct {
	world     *world
	url       string
	settings  map[string][]string // of a gate, by provider
	receipts  string              // the URL that gates have to be given for them
	gate      atomic.Pointer[url.URL]
	transport http.RoundTripper
}

var fakePage = regexp.MustCompile(`page +(http://\S+)/\n`)

// startFakeSMS runs the command until the end of the test. Receipts go to the gate that was started last by it.
func (w *world) startFakeSMS() *fakeSMS {
	w.t.Helper()
	f := &fakeSMS{world: w, settings: map[string][]string{}, transport: w.client.Transport}
	front := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(f.gate.Load()) },
		Transport: f.transport,
	})
	w.t.Cleanup(front.Close)
	f.receipts = front.URL + "/receipts"
	path, err := command()
	if err != nil {
		w.t.Fatal(err)
	}
	out := &transcript{addr: make(chan string, 1)}
	cmd := exec.Command(path, "fake-sms", "-addr", "127.0.0.1:0", "-smpp", "127.0.0.1:0", "-receipts", f.receipts,
		"-vonage-key", filepath.Join(w.t.TempDir(), "vonage.pem"))
	cmd.Stdout, cmd.Stderr = out, io.Discard
	cmd.SysProcAttr = redistest.DieWithParent()
	p := &gate{world: w, exited: make(chan struct{})}
	if err := p.run(cmd); err != nil {
		w.t.Fatalf("start the command: %v", err)
	}
	w.t.Cleanup(p.kill)
	await(w.t, "the fake providers to listen", startTimeout, func() bool {
		return strings.Contains(out.String(), "CATTLEGRID_SMS_SMPP_SOURCE") || isClosed(p.exited)
	})
	match := fakePage.FindStringSubmatch(out.String())
	if match == nil {
		w.t.Fatalf("the command does not say where it listens:\n%s", out)
	}
	f.url = match[1]
	for block := range strings.SplitSeq(out.String(), "\n\n") {
		lines := strings.Fields(block)
		if len(lines) > 0 && strings.HasPrefix(lines[0], "CATTLEGRID_SMS_PROVIDER=") {
			f.settings[strings.TrimPrefix(lines[0], "CATTLEGRID_SMS_PROVIDER=")] = append(lines, "CATTLEGRID_SMS_RECEIPTS_URL="+f.receipts)
		}
	}
	return f
}

func isClosed(c chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// start runs a gate with settings, to which receipts go from now on.
func (f *fakeSMS) start(settings ...string) *gate {
	f.world.t.Helper()
	g := f.world.onBolt(newData(f.world.t), settings...)
	address, err := url.Parse(g.url)
	if err != nil {
		f.world.t.Fatal(err)
	}
	f.gate.Store(address)
	return g
}

// fakeMessage is one that a fake provider shows.
type fakeMessage struct{ Provider, To, Says, Outcome, Receipt string }

// messages are what was asked of providers for a number, the newest first.
func (f *fakeSMS) messages(number string) (to []fakeMessage) {
	f.world.t.Helper()
	res, err := f.world.client.Get(f.url + "/messages")
	if err != nil {
		f.world.t.Fatal(err)
	}
	defer res.Body.Close()
	var list struct{ Messages []fakeMessage }
	if err := json.NewDecoder(res.Body).Decode(&list); err != nil {
		f.world.t.Fatal(err)
	}
	return slices.DeleteFunc(list.Messages, func(m fakeMessage) bool { return m.To != "+86"+number })
}

// misbehave sets the faults of a provider.
func (f *fakeSMS) misbehave(provider, faults string) {
	f.world.t.Helper()
	req, err := http.NewRequest(http.MethodPut, f.url+"/faults/"+provider, strings.NewReader(faults))
	if err != nil {
		f.world.t.Fatal(err)
	}
	res, err := f.world.client.Do(req)
	if err != nil {
		f.world.t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		f.world.t.Fatalf("faults %s of %s: %s", faults, provider, res.Status)
	}
}

var sixDigits = regexp.MustCompile(`\b\d{6}\b|\d{6}`)

// codeIn is the code that a message says.
func codeIn(m fakeMessage) string {
	says := m.Says
	if at := strings.LastIndexAny(says, "="); at > 0 && !strings.Contains(says, "【") {
		if i := strings.Index(says, " 1="); i >= 0 {
			says = says[i+3:]
		} else if i := strings.Index(says, "code="); i >= 0 {
			says = says[i+5:]
		}
	}
	return sixDigits.FindString(says)
}

// A visitor crosses with the gate as it is configured by what "cattlegrid fake-sms" prints, for each provider: the message is
// taken, the code is right, and where the provider reports, the receipt arrives.
func TestFakeSMS(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.startFakeSMS()
	reports := map[string]bool{
		"aliyun": true, "aliyun-verification": true, "tencent": true, "yuntongxun": false, "huawei": true, "twilio": true, "vonage": true,
		"aws": false, "smpp": true,
	}
	for _, provider := range slices.Sorted(maps.Keys(reports)) {
		settings, ok := f.settings[provider]
		if !ok {
			t.Errorf("%s is not among those that are faked: %v", provider, slices.Sorted(maps.Keys(f.settings)))
			continue
		}
		g := f.start(settings...)
		number := w.number()
		sent := g.verify(number, g.challenge(), "login")
		if sent.outcome() != "201" {
			t.Errorf("%s: got %s; messages %+v", provider, statusAndWords(sent), f.messages(number))
			continue
		}
		messages := f.messages(number)
		if len(messages) != 1 || messages[0].Provider != provider || messages[0].Outcome != "take" {
			t.Errorf("%s: messages %+v, want one", provider, messages)
			continue
		}
		w.secrets.add(aCode, codeIn(messages[0]))
		if reports[provider] {
			await(t, "the receipt of "+provider, 10*time.Second, func() bool {
				return strings.Contains(g.get("/v1/verifications/"+sent.verification()).text, `"delivered"`)
			})
		}
		if checked := g.check(sent.verification(), codeIn(messages[0])); checked.outcome() != "200" {
			t.Errorf("%s: the code in %q: got %s", provider, messages[0].Says, statusAndWords(checked))
		}
		g.kill()
	}
}

// While the first provider fails for some messages and then for all, every code leaves by the next one, and soon.
func TestFallback(t *testing.T) {
	t.Parallel()
	const many, patience = 60, 6 * time.Second
	w := newWorld(t)
	f := w.startFakeSMS()
	settings := append(slices.Clone(f.settings["tencent"]), f.settings["aliyun"]...) // the later one is the provider
	settings = append(settings, "CATTLEGRID_SMS_FALLBACK=tencent", w.guard(withoutBudgets(nil)...))
	g := f.start(settings...)
	for _, faults := range []string{`{"percent": {"busy": 15, "throttle": 5, "bad-template": 5, "unpaid": 5}}`, `{"percent": {"busy": 100}}`, `{}`} {
		f.misbehave("aliyun", faults)
		solved, numbers := g.challenges(many), make([]string, many)
		for i := range numbers {
			numbers[i] = w.number()
		}
		replies := each(many, func(i int) reply { return g.verify(numbers[i], solved[i], "login") })
		by := map[string]int{}
		for i, r := range replies {
			taken := slices.DeleteFunc(f.messages(numbers[i]), func(m fakeMessage) bool { return m.Outcome != "take" })
			if r.outcome() != "201" || r.took > patience || len(taken) != 1 {
				t.Errorf("with %s: got %s after %v, %d messages taken", faults, statusAndWords(r), r.took, len(taken))
				continue
			}
			by[taken[0].Provider]++
			w.secrets.add(aCode, codeIn(taken[0]))
		}
		t.Logf("with %s: %v", faults, by)
		if by["tencent"] == 0 {
			t.Errorf("with %s: nothing left by the other provider: %v", faults, by)
		}
	}
}
