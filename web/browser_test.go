package web_test

import (
	"context"
	"fmt"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// How long a condition in the page, and a whole visit, may take on a busy machine.
const (
	patience = 15 * time.Second
	visiting = time.Minute
)

// browser is a running browser.
type browser struct {
	ctx context.Context
}

// newBrowser starts a browser for a test, or skips the test where there is none.
func newBrowser(t *testing.T) browser {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("no chromium on this machine: install it to test the page's scripts")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	// The test's own context ends before its clean-up, too early to close the browser in good order.
	ctx, cancel := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start browser: %v", err)
	}
	t.Cleanup(func() {
		if err := chromedp.Cancel(ctx); err != nil {
			t.Errorf("stop browser: %v", err)
		}
	})
	return browser{ctx}
}

// visitor is somebody with a page open, who looks at one dialog.
type visitor struct {
	t      *testing.T
	ctx    context.Context
	api    *fakeAPI
	dialog string
}

// visit opens the page in a new tab. Whatever the page's policy refuses and whatever its scripts throw fails the test.
func (b browser) visit(t *testing.T, api *fakeAPI, lang string) *visitor {
	t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx)
	ctx, stop := context.WithTimeout(ctx, visiting)
	var console sync.WaitGroup
	messages := chromedp.Console(ctx)
	console.Go(func() {
		for message, err := range messages {
			if err != nil {
				return
			}
			if message.IsException() || message.Source == "security" {
				t.Errorf("console: %s", message)
			}
		}
	})
	t.Cleanup(func() {
		stop()
		cancel()
		console.Wait()
	})
	v := &visitor{t: t, ctx: ctx, api: api, dialog: "register"}
	v.do(chromedp.Navigate(api.start(t) + "/?lang=" + lang))
	v.until(`typeof window.generateImageCode === "function"`)
	return v
}

func (v *visitor) do(actions ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	if err := chromedp.Do(v.ctx, actions...); err != nil {
		v.t.Fatalf("browser: %v", err)
	}
}

// eval returns an expression's value as text.
func (v *visitor) eval(expression string) string {
	v.t.Helper()
	text, err := chromedp.Run(v.ctx, chromedp.Evaluate[string]("String("+expression+")"))
	if err != nil {
		v.t.Fatalf("evaluate %s: %v", expression, err)
	}
	return text
}

// until waits for an expression to be true.
func (v *visitor) until(expression string) {
	v.t.Helper()
	wait := fmt.Sprintf(`new Promise((resolve, reject) => {
		const end = performance.now() + %d;
		const look = () => (%s) ? resolve(true) : performance.now() > end ? reject(new Error("too late")) : requestAnimationFrame(look);
		look();
	})`, patience.Milliseconds(), expression)
	if _, err := chromedp.Run(v.ctx, chromedp.Evaluate[bool](wait, chromedp.EvalAwaitPromise)); err != nil {
		v.t.Fatalf("wait for %s: %v; focus on %s", expression, err, v.focus())
	}
}

// at is a script's expression for the element of the dialog with a role.
func (v *visitor) at(role string) string {
	return fmt.Sprintf(`document.querySelector('#%s [data-role="%s"]')`, v.dialog, role)
}

func (v *visitor) click(selector string) {
	v.t.Helper()
	v.do(chromedp.Click(chromedp.CSS(selector)))
}

func (v *visitor) press(role string) {
	v.t.Helper()
	v.click(fmt.Sprintf(`#%s [data-role="%s"]`, v.dialog, role))
}

// fill replaces what is in a field.
func (v *visitor) fill(role, text string) {
	v.t.Helper()
	v.eval(v.at(role) + ".select()")
	v.do(chromedp.SendKeys(chromedp.CSS(fmt.Sprintf(`#%s [data-role="%s"]`, v.dialog, role)), text))
}

func (v *visitor) value(role string) string {
	v.t.Helper()
	return v.eval(v.at(role) + ".value")
}

func (v *visitor) text(role string) string {
	v.t.Helper()
	return v.eval(v.at(role) + ".textContent")
}

// focus is the role of the element with the focus, or its class.
func (v *visitor) focus() string {
	v.t.Helper()
	return v.eval(`document.activeElement.dataset.role ?? document.activeElement.className`)
}

// untilPicture waits for the challenge to be shown.
func (v *visitor) untilPicture() {
	v.t.Helper()
	v.until(v.at("frame") + `.dataset.state === "ready"`)
}

// open opens the dialog and waits for its challenge.
func (v *visitor) open(purpose string) {
	v.t.Helper()
	v.dialog = purpose
	v.click("." + purpose + "_btn")
	v.untilPicture()
}
