package browsertest

import (
	"context"
	"os/exec"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/cattlegrid/cattlegrid/internal/skiptest"
)

// Browser is a running Chromium.
type Browser struct {
	ctx context.Context // of chromedp
}

// Start returns a fresh browser, which is stopped when the test ends.
func Start(t testing.TB) *Browser {
	t.Helper()
	path := find()
	if path == "" {
		skiptest.Missing(t, "Chromium is not installed; on Debian: apt-get install chromium")
	}
	// The profile is a directory that chromedp makes and removes. A few of these are its defaults too.
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.Headless,
		chromedp.NoSandbox, // which containers mostly do not allow
		chromedp.DisableGPU,
		chromedp.NoFirstRun,
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-sync", true),
	)
	// The test's own context ends before its clean-up, too early to close the browser in good order.
	ctx, cancel := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	t.Cleanup(func() {
		if err := chromedp.Cancel(ctx); err != nil {
			t.Errorf("stop %s: %v", path, err)
		}
	})
	return &Browser{ctx: ctx}
}

// find returns the path of a browser, or "".
func find() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}
