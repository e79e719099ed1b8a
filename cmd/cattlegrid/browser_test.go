package main

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/cattlegrid/cattlegrid/internal/browsertest"
	"github.com/cattlegrid/cattlegrid/internal/redistest"
)

var screenshots = flag.String("screenshots", "", "write what a visitor of TestBrowser sees to this `directory`")

// TestBrowser is the product as visitors meet it: a real browser, the page, the server and its store, all at once. One
// browser serves all tests; each has a server and a store of its own.
func TestBrowser(t *testing.T) {
	t.Parallel()
	browser := browsertest.Start(t)
	t.Run("Crossing", func(t *testing.T) {
		t.Parallel()
		t.Run("Embedded", func(t *testing.T) {
			t.Parallel()
			testCrossing(newVisitor(t, browser, nil, "", chinese))
		})
		t.Run("Redis", func(t *testing.T) {
			t.Parallel()
			testCrossing(newVisitor(t, browser, redistest.Start(t), "", chinese))
		})
	})
	t.Run("StepUp", func(t *testing.T) {
		t.Parallel()
		testStepUp(newVisitor(t, browser, nil, "", chinese,
			"GUARD_LIMITS_SENDS_PER_CLIENT_HOUR_HARD=1", "GUARD_LIMITS_SENDS_PER_CLIENT_HOUR_WORK=2"))
	})
	for name, c := range map[string]struct {
		view browsertest.View
		test func(*visitor)
		kind string // of challenges; "" means letters
	}{
		"Keyboard":  {chinese, testKeyboard, ""},
		"Picture":   {chinese, testPicture, ""},
		"Switch":    {chinese, testSwitch, ""},
		"Functions": {chinese, testFunctions, ""},
		"Sound":     {chinese, testSound, ""},
		"Result":    {browsertest.View{Languages: "en"}, testResult, "arithmetic"},
		"Tapping":   {browsertest.View{Languages: "zh-CN", Phone: true}, testTapping, "chinese"},
		"Alone":     {chinese, testAlone, ""},
		"Thumbs":    {browsertest.View{Languages: "en", Phone: true}, testThumbs, "chinese"},
		"English":   {browsertest.View{Languages: "en-GB,en,zh"}, testEnglish, ""},
		"Phone":     {browsertest.View{Languages: "en", Phone: true, Dark: true}, testPhone, ""},
		"Light":     {chinese, testColours, ""},
		"Dark":      {browsertest.View{Languages: "zh-CN", Dark: true}, testColours, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.test(newVisitor(t, browser, nil, c.kind, c.view))
		})
	}
}

// chinese is a visitor like most.
var chinese = browsertest.View{Languages: "zh-CN,zh,en"}

// shoot takes a picture for the documentation, if somebody asked for them.
func (v *visitor) shoot(name string) {
	v.t.Helper()
	if *screenshots == "" {
		return
	}
	if err := os.MkdirAll(*screenshots, 0o755); err != nil {
		v.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*screenshots, name+".png"), v.Screenshot(), 0o644); err != nil {
		v.t.Fatal(err)
	}
}
