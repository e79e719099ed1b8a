package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// How long a condition in a page, and a whole visit, may take on a busy machine.
const (
	patience = 30 * time.Second
	visit    = 3 * time.Minute
)

// Page is a page that a visitor has open. Its methods fail the test that opened it when the page does not do as told.
type Page struct {
	t   testing.TB
	ctx context.Context // of chromedp
	log *complaints
}

// Open opens a page in a new tab, for a visitor who has never been there, and waits until its scripts have run. The tab is
// closed when the test ends.
func (b *Browser) Open(t testing.TB, url string, view View) *Page {
	t.Helper()
	log := new(complaints)
	ctx, leave := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext(), chromedp.WithListener(log.listen))
	ctx, stop := context.WithTimeout(ctx, visit)
	p := &Page{t: t, ctx: ctx, log: log}
	t.Cleanup(func() {
		p.close()
		leave()
		stop()
	})
	p.Do(view.apply(), chromedp.Navigate(url))
	p.Until(`document.readyState === "complete"`)
	return p
}

// close reports what went wrong in the page. Whatever happened before the answer to a command was told before it.
func (p *Page) close() {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, chromedp.Evaluate[chromedp.Void]("0")); err != nil && !p.t.Failed() {
		p.t.Errorf("look back at the page: %v", err)
	}
	for _, complaint := range p.log.all() {
		p.t.Errorf("in the page: %s", complaint)
	}
}

// Do runs actions in the tab.
func (p *Page) Do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, actions...); err != nil {
		p.t.Fatalf("browser: %v", err)
	}
}

// Eval returns the value of a script's expression, or what its promise is resolved to, as text.
func (p *Page) Eval(expression string) string {
	p.t.Helper()
	text, err := chromedp.Run(p.ctx, chromedp.Evaluate[string](`(async () => String(await (`+expression+`)))()`, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("evaluate %s: %v", expression, err)
	}
	return text
}

// Until waits for a condition, a script's expression, to be true.
func (p *Page) Until(condition string) {
	p.t.Helper()
	wait := fmt.Sprintf(`new Promise((resolve, reject) => {
		const end = performance.now() + %d;
		const look = () => (%s) ? resolve(true) : performance.now() > end ? reject(new Error("too late")) : requestAnimationFrame(look);
		look();
	})`, patience.Milliseconds(), condition)
	if _, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool](wait, chromedp.EvalAwaitPromise)); err != nil {
		p.t.Fatalf("wait for %s: %v; the focus is on %s", condition, err, p.Focus())
	}
}

// Click clicks on the first element that a CSS selector finds.
func (p *Page) Click(selector string) {
	p.t.Helper()
	p.Do(chromedp.Click(chromedp.CSS(selector)))
}

// Type presses keys, wherever the focus is: "\t" is the tabulator, "\r" the return and "\x1b" the escape key.
func (p *Page) Type(keys string) {
	p.t.Helper()
	p.Do(chromedp.KeyEvent(keys))
}

// Focus names the element with the focus: by its data-role, else by its class, else by its kind.
func (p *Page) Focus() string {
	p.t.Helper()
	return p.Eval(`(({ dataset, className, localName }) => dataset.role || className || localName)(document.activeElement)`)
}

// UntilStill waits until all pictures are there and nothing moves or changes its colour any more.
func (p *Page) UntilStill() {
	p.t.Helper()
	p.Until(`[...document.images].every((image) => !image.src || image.complete) &&
		document.getAnimations().every((animation) => animation.playState === "finished")`)
}

// Screenshot returns what the visitor sees, once it is still, as PNG.
func (p *Page) Screenshot() []byte {
	p.t.Helper()
	p.UntilStill()
	picture, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Fatalf("take a screenshot: %v", err)
	}
	return picture
}

// Quote writes text as a script does.
func Quote(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string is always JSON
	}
	return string(quoted)
}
