// Package browsertest runs a real Chromium, without a window, for tests of the page.
//
// # Use
//
// [Start] starts a browser of the test's own, with an empty profile, and stops it when the test ends. [Browser.Open] opens
// a page for one visitor; visitors share nothing, so tests may open many at the same time.
//
//	browser := browsertest.Start(t)
//	page := browser.Open(t, url, browsertest.View{Languages: "zh-CN"})
//	register := page.Open("register")
//	register.Fill("phone", "13800138000")
//	register.Press("send")
//	register.UntilText("answer-error", "请输入图中的字符。")
//
// A [Page] is what a tab can do; a [Dialog] knows the names of the parts of this site's dialogs. Neither sleeps: what takes
// time is waited for, as a condition in the page.
//
// # What fails a test
//
// Besides what the test checks itself: a script that throws, a promise whose rejection nobody handles, and whatever the
// page's Content-Security-Policy refuses, at any time from the opening of a page to the end of the test.
//
// # Without Chromium
//
// A test that calls [Start] is skipped, with a line that says what to install. In CI, which is where the environment
// variable CI or CATTLEGRID_TEST_REQUIRE is set to anything, it fails instead.
package browsertest
