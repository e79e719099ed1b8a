package browsertest

import (
	"context"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// View is how a visitor looks at a page. The zero value is a window of 1280 × 800 pixels by day.
type View struct {
	Languages string // what the visitor reads, as in Accept-Language; "" means whatever the browser says by itself
	Phone     bool   // a narrow phone: 360 × 740, touched, two device pixels to each
	Dark      bool   // the visitor prefers dark colours
}

// apply makes the tab the visitor's. It must run before the page is opened.
func (v View) apply() chromedp.Action[chromedp.Void] {
	steps := []chromedp.Action[chromedp.Void]{
		// Tabs do not take the focus from each other.
		call(emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}),
		chromedp.EmulateViewport(1280, 800),
	}
	if v.Phone {
		steps = append(steps, chromedp.EmulateViewport(360, 740,
			chromedp.EmulateScale(2), chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulatePortrait))
	}
	scheme := &emulation.MediaFeature{Name: "prefers-color-scheme", Value: "light"}
	if v.Dark {
		scheme.Value = "dark"
	}
	steps = append(steps, call(emulation.SetEmulatedMedia,
		emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{scheme}}))
	if v.Languages != "" {
		steps = append(steps, chromedp.Func(v.speak))
	}
	return chromedp.Steps(steps...)
}

// speak sets the languages. They can be set only together with the name of the browser, which stays as it is.
func (v View) speak(ctx context.Context, t *chromedp.Target) error {
	agent, err := chromedp.Evaluate[string]("navigator.userAgent")(ctx, t)
	if err != nil {
		return err
	}
	return discard(cdp.Call(ctx, t, emulation.SetUserAgentOverride,
		emulation.SetUserAgentOverrideParams{UserAgent: agent, AcceptLanguage: v.Languages}))
}

// call makes an action of a command that answers nothing.
func call[P any](command cdp.Command[P, cdp.Empty], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		return discard(cdp.Call(ctx, t, command, params))
	})
}

func discard(_ cdp.Empty, err error) error { return err }
