package web_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cattlegrid/cattlegrid/internal/browsertest"
)

const phone = "13800138000"

// visit opens the page that a fake serves, for a new visitor.
func visit(t *testing.T, browser *browsertest.Browser, api *fakeAPI, lang string) *browsertest.Page {
	t.Helper()
	page := browser.Open(t, api.start(t)+"/?lang="+lang, browsertest.View{})
	page.Until(`typeof window.generateImageCode === "function"`)
	return page
}

// The scripts do in a browser what their comments promise. One browser serves all, a tab each.
func TestScripts(t *testing.T) {
	t.Parallel()
	browser := browsertest.Start(t)

	// A visitor goes from the register button to a proof, and the dialog is fresh for the next one.
	t.Run("Crossing", func(t *testing.T) {
		t.Parallel()
		api := &fakeAPI{dev: true, resendAfter: 60}
		page := visit(t, browser, api, "zh")
		register := page.Open("register")
		if got := page.Focus(); got != "phone" {
			t.Errorf("focus on %q, want the phone", got)
		}
		register.Fill("phone", phone)
		register.Fill("answer", "right\r")
		register.Until("inbox-code", `.value === "`+goodCode+`"`)
		query, _ := api.lastPicture()
		sent := api.lastSend()
		if sent["phone"] != phone || sent["purpose"] != "register" || sent["challenge_id"] != query.Get("pre_id") {
			t.Errorf("sent %v after a picture before %v", sent, query)
		}
		if got, want := register.Text("status"), "验证码已发送至 138****8000，5 分钟内有效。"; got != want {
			t.Errorf("status %q, want %q", got, want)
		}
		if got := register.Text("send"); !strings.HasPrefix(got, "重新获取 (") {
			t.Errorf("send button says %q, want a countdown", got)
		}
		register.Press("inbox-fill")
		if got := page.Focus() + " " + register.Value("code"); got != "code "+goodCode {
			t.Errorf("filled %q, want the code with the focus", got)
		}
		register.Press("submit")
		register.Until("verified", ".hidden === false")
		if got := register.Value("proof"); !strings.HasPrefix(got, "e30.") {
			t.Errorf("proof %q", got)
		}
		register.Press("done")
		register.Until("verified", ".hidden")
		page.Open("register")
		if got := register.Value("phone") + register.Value("answer") + register.Value("code"); got != "" {
			t.Errorf("a new crossing starts with %q", got)
		}
	})

	// All that the proof says is shown, in the order in which a person asks, in words: whose number, what for, by whom, when.
	t.Run("Claims", func(t *testing.T) {
		t.Parallel()
		for lang, want := range map[string]string{
			"zh": "手机号=+8613800138000 已验证=true 用途=register 给谁用=用户站 签发者=cattlegrid 签发时间 到期时间 一次性编号=ONCE =1, 2",
			"en": "Phone=+8613800138000 Verified=true Purpose=register Audience=用户站 Issuer=cattlegrid Issued Expires One-time id=ONCE =1, 2",
		} {
			page := visit(t, browser, &fakeAPI{resendAfter: 60}, lang)
			login := page.Open("login")
			login.Fill("phone", phone)
			login.Fill("answer", "right\r")
			login.UntilFocus("code")
			login.Fill("code", goodCode+"\r")
			login.Until("verified", ".hidden === false")
			got := page.Eval(`[...` + login.At("claims") + `.rows].map((row) => {
				const meaning = row.querySelector("th span")?.textContent ?? "";
				return row.querySelector("time") ? meaning : meaning + "=" + row.querySelector("td").textContent;
			}).join(" ")`)
			if got != want {
				t.Errorf("claims in %s:\n%s, want\n%s", lang, got, want)
			}
			if got := page.Eval(`[...` + login.At("claims") + `.querySelectorAll("time")].map((time) => time.dateTime).join()`); got != "2026-01-02T03:04:05.000Z,2026-01-02T03:14:05.000Z" {
				t.Errorf("times in %s: %s", lang, got)
			}
		}
	})

	// Each problem is said at the field it concerns, with the focus there, a new challenge, and what was typed kept.
	t.Run("Problems", func(t *testing.T) {
		t.Parallel()
		api := &fakeAPI{}
		page := visit(t, browser, api, "en")
		login := page.Open("login")
		login.Fill("phone", phone)
		login.Fill("code", "123")
		for _, problem := range []struct{ answer, place, focus, text string }{
			{"wrong-answer", "answer-error", "answer", "That was not what the picture says. Here is a new one, please try again."},
			{"challenge-expired", "answer-error", "answer", "That picture has expired. Here is a new one, please try again."},
			{"bad-phone", "phone-error", "phone", "This does not look like a phone number. Please check it."},
			{"network", "status", "answer", "Your network has asked too often. Please try again in 25 minutes."},
			{"send-failed", "status", "answer", "The SMS could not be sent. Please try again later, with the new picture."},
			{"not-served", "phone-error", "phone", "Messages cannot be sent to this number."},
			{"not-served-client", "status", "answer", "Your network is not served."},
			{"busy", "status", "answer", "No message can be sent right now. Please try again in 25 minutes."},
			{"html", "status", "answer", "Something went wrong on the server. Please try again later."},
			{"often", "phone-error", "phone", "This number has asked for codes too often. Please try again in 58 seconds."},
		} {
			_, before := api.lastPicture()
			login.Fill("answer", problem.answer+"\r")
			login.UntilText(problem.place, problem.text)
			login.UntilPicture()
			if _, after := api.lastPicture(); after != before+1 {
				t.Errorf("%s: %d new pictures, want 1", problem.answer, after-before)
			}
			if got := page.Focus(); got != problem.focus {
				t.Errorf("%s: focus on %q, want %q", problem.answer, got, problem.focus)
			}
			if got := login.Value("phone") + "," + login.Value("answer") + "," + login.Value("code"); got != phone+",,123" {
				t.Errorf("%s: fields hold %q", problem.answer, got)
			}
			if got := login.Text("status"); got != problem.text {
				t.Errorf("%s: screen readers hear %q, want %q", problem.answer, got, problem.text)
			}
		}
	})

	// A limit of one phone does not hold another one back.
	t.Run("LimitOfOnePhone", func(t *testing.T) {
		t.Parallel()
		register := visit(t, browser, &fakeAPI{}, "en").Open("register")
		register.Fill("phone", phone)
		register.Fill("answer", "often\r")
		register.Until("send", `.getAttribute("aria-disabled") === "true"`)
		register.Fill("phone", "13900139000")
		register.UntilText("send", "Get code")
		register.Fill("phone", phone)
		register.Until("send", `.textContent.startsWith("Resend (")`)
	})

	// When the countdown ends, the button offers the code once more.
	t.Run("Countdown", func(t *testing.T) {
		t.Parallel()
		register := visit(t, browser, &fakeAPI{resendAfter: 1}, "zh").Open("register")
		register.Fill("phone", phone)
		register.Fill("answer", "right\r")
		register.UntilText("send", "重新获取验证码")
		if got := register.Get("send", `hasAttribute("aria-disabled")`); got != "false" {
			t.Error("the button is still held back")
		}
	})

	// A code is checked for the phone it was sent to, and a wrong or expired one is said at its field.
	t.Run("Code", func(t *testing.T) {
		t.Parallel()
		page := visit(t, browser, &fakeAPI{resendAfter: 60}, "en")
		register := page.Open("register")
		register.Fill("phone", phone)
		register.Fill("code", "1\r")
		register.Until("answer-error", `.textContent.startsWith("Please get a code first")`)
		register.Fill("answer", "right\r")
		register.Until("status", `.textContent.startsWith("We sent a code")`)
		register.Fill("code", "111111\r")
		register.UntilText("code-error", "That code is not right. You have 4 tries left.")
		register.Fill("code", "abc\r")
		register.UntilText("code-error", "The code is the digits in the SMS. Please check it and try again.")
		register.Fill("code", "410410\r")
		register.UntilText("code-error", "This code no longer works. Please get a new one.")
		if got := page.Focus(); got != "answer" {
			t.Errorf("focus on %q, want the answer, which a new code needs", got)
		}
	})

	// An empty form says what is missing, all of it, and asks the server nothing.
	t.Run("Empty", func(t *testing.T) {
		t.Parallel()
		api := &fakeAPI{}
		page := visit(t, browser, api, "zh")
		register := page.Open("register")
		register.Press("send")
		register.UntilText("phone-error", "请输入手机号。")
		register.UntilText("answer-error", "请先按图作答。")
		if got := page.Focus(); got != "phone" {
			t.Errorf("focus on %q, want the phone", got)
		}
		if sends := api.allSends(); len(sends) != 0 {
			t.Errorf("sent %v", sends)
		}
	})

	// A picture that is refused says why, and the next one that comes takes it back.
	t.Run("Picture", func(t *testing.T) {
		t.Parallel()
		api := &fakeAPI{}
		register := visit(t, browser, api, "zh").Open("register")
		api.failPictures("4202")
		register.Press("refresh")
		register.UntilText("picture-error", "换图太频繁，请稍等片刻再换一张。")
		api.failPictures("4004")
		register.Press("refresh")
		register.UntilText("picture-error", "图片没有加载出来，请换一张。")
		api.failPictures("")
		register.Press("picture")
		register.UntilPicture()
		register.UntilText("picture-error", "")
	})

	// A press on the button is heard at once, in the visitor's language, while the focus is in the field where the answer goes.
	t.Run("Listen", func(t *testing.T) {
		t.Parallel()
		api := &fakeAPI{}
		page := visit(t, browser, api, "en")
		register := page.Open("register")
		query, _ := api.lastPicture()
		id := query.Get("code_id")
		page.Eval(register.At("answer") + ".focus()")
		register.Press("listen")
		register.UntilText("listen-text", "Playing")
		if got := page.Focus(); got != "answer" {
			t.Errorf("focus on %q, want the answer", got)
		}
		if got := register.Get("listen", "ariaLabel"); got != "Playing, press to stop" {
			t.Errorf("a screen reader says %q", got)
		}
		register.Until("speech", ".currentTime > 0")
		register.Until("speech", ".ended")
		register.UntilText("listen-text", "Listen")
		if got, want := api.allSpeeches(), []string{id + " en"}; !slices.Equal(got, want) {
			t.Errorf("spoken %q, want %q", got, want)
		}

		// By keyboard the focus moves on to the field, too. A second press ends it and asks for nothing.
		page.Eval(register.At("listen") + ".focus()")
		page.Type(" ")
		register.UntilText("listen-text", "Playing")
		if got := page.Focus(); got != "answer" {
			t.Errorf("focus on %q, want the answer", got)
		}
		register.Press("listen")
		register.Until("speech", ".paused")
		register.UntilText("listen-text", "Listen")

		// Another challenge ends what was said of the one before; so does the end of the dialog.
		for _, end := range []func(){
			func() { register.Press("refresh") },
			func() { page.Type("\x1b") },
		} {
			register.Press("listen")
			register.UntilText("listen-text", "Playing")
			end()
			register.Until("speech", ".paused")
			register.UntilText("listen-text", "Listen")
		}
		if got := len(api.allSpeeches()); got != 4 {
			t.Errorf("%d renderings were asked for, want 4", got)
		}
	})

	// Where a challenge is not to be heard, a visitor is told why, and given another one if that helps, to be listened to.
	t.Run("NotHeard", func(t *testing.T) {
		t.Parallel()
		api := &fakeAPI{}
		page := visit(t, browser, api, "zh")
		register := page.Open("register")
		for _, problem := range []struct {
			slug, text string
			renew      bool
		}{
			{"speech-limit", "这一张已经读过三遍，换了一张新的，请再按“语音”。", true},
			{"challenge-expired", "这一张已过期，换了一张新的，请再按“语音”。", true},
			{"unspeakable", "这一张不能朗读，请看图作答。", false},
			{"store-unavailable", "没有读出来，请再试一次。", false},
		} {
			_, before := api.lastPicture()
			api.failSpeeches(problem.slug)
			register.Fill("answer", "typed")
			register.Press("listen")
			register.UntilText("status", problem.text)
			register.UntilPicture()
			want := map[bool]string{true: "1 listen ", false: "0 answer typed"}[problem.renew]
			if _, after := api.lastPicture(); fmt.Sprint(after-before, " ", page.Focus(), " ", register.Value("answer")) != want {
				t.Errorf("%s: %d new pictures, focus on %q, answer %q; want %s", problem.slug, after-before, page.Focus(), register.Value("answer"), want)
			}
		}
		api.failSpeeches("")
		register.Press("listen")
		register.UntilText("listen-text", "播放中")
	})

	// An answer in Chinese is picked, corrected, and typed on; each challenge has candidates of its own.
	t.Run("Pick", func(t *testing.T) {
		t.Parallel()
		api := &fakeAPI{kind: "chinese"}
		page := visit(t, browser, api, "zh")
		register := page.Open("register")
		register.Until("candidates", ".children.length === 12")
		pick := func(n int) { page.Click(fmt.Sprintf("#register .candidate:nth-child(%d)", n)) }
		register.Fill("answer", "金")
		pick(2)
		pick(3)
		if got := page.Focus() + " " + register.Value("answer"); got != "answer 金山水" {
			t.Errorf("picked %q, want the characters behind what was typed, and the focus left where it was", got)
		}
		register.Press("erase")
		pick(4)
		if got := register.Value("answer"); got != "金山人" {
			t.Errorf("corrected to %q, want 金山人", got)
		}
		before := page.Eval(register.At("candidates") + ".firstChild.textContent")
		for page.Eval(register.At("candidates")+".firstChild.textContent") == before {
			register.Press("refresh")
			register.Until("candidates", ".children.length === 12")
		}
		query, _ := api.lastPicture()
		if got, want := page.Eval(register.At("candidates")+".firstChild.textContent"), query.Get("code_id")[:1]; got != want {
			t.Errorf("the candidates are those of %s…, want %s…", got, want)
		}
		if got := register.Value("answer"); got != "" {
			t.Errorf("the answer %q to the challenge before is still there", got)
		}
	})

	// The return key that ends a word in an input method sends nothing.
	t.Run("Composing", func(t *testing.T) {
		t.Parallel()
		api := &fakeAPI{kind: "chinese"}
		register := visit(t, browser, api, "zh").Open("register")
		register.Fill("phone", phone)
		compose := func(event string) {
			register.Get("answer", `dispatchEvent(new CompositionEvent("`+event+`", { bubbles: true }))`)
		}
		compose("compositionstart")
		register.Fill("answer", "shan\r")
		if sends := api.allSends(); len(sends) != 0 || register.Value("answer") != "shan" {
			t.Errorf("sent %v, and %q is in the field", sends, register.Value("answer"))
		}
		compose("compositionend")
		register.Fill("answer", "right\r")
		register.UntilFocus("code")
		if got := api.lastSend()["answer"]; got != "right" {
			t.Errorf("sent %q", got)
		}
	})

	// Without an answer from the network the challenge is still good: the visitor may just try again.
	t.Run("Offline", func(t *testing.T) {
		t.Parallel()
		page := visit(t, browser, &fakeAPI{}, "zh")
		register := page.Open("register")
		register.Fill("phone", phone)
		register.Fill("answer", "right")
		page.Eval(`window.fetch = () => Promise.reject(new TypeError("offline"))`)
		register.Press("send")
		register.UntilText("status", "网络连接失败，请检查网络后再试。")
		if got := register.Value("answer"); got != "right" {
			t.Errorf("answer %q was lost", got)
		}
	})

	// The login dialog switches to register with the phone that was typed and a challenge at once; Escape closes it.
	t.Run("Switch", func(t *testing.T) {
		t.Parallel()
		page := visit(t, browser, &fakeAPI{}, "zh")
		page.Open("login").Fill("phone", phone)
		page.Click(".to_register")
		register := page.Dialog("register")
		register.UntilPicture()
		if got := register.Value("phone"); got != phone {
			t.Errorf("phone %q, want %q", got, phone)
		}
		page.Type("\x1b")
		page.Until(`document.querySelector("dialog[open]") === null`)
	})

	// The tutorial's two functions keep their names, also where crypto.randomUUID is missing.
	t.Run("Functions", func(t *testing.T) {
		t.Parallel()
		page := visit(t, browser, &fakeAPI{}, "zh")
		register := page.Open("register")
		id := page.Eval(`generateImageCode()`)
		register.UntilPicture()
		register.Until("picture", fmt.Sprintf(`.src.includes("code_id=%s")`, id))
		page.Eval(`Object.defineProperty(crypto, "randomUUID", { value: undefined })`)
		page.Until(`/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(generateUUID())`)
		page.Until(`generateUUID() !== generateUUID()`)
	})

	// A pasted code loses its spaces, not its end.
	t.Run("Paste", func(t *testing.T) {
		t.Parallel()
		page := visit(t, browser, &fakeAPI{}, "zh")
		register := page.Open("register")
		page.Eval(`(() => {
			const data = new DataTransfer();
			data.setData("text", " 20 48 １６ ");
			` + register.At("code") + `.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
		})()`)
		if got := register.Value("code"); got != goodCode {
			t.Errorf("pasted %q, want %q", got, goodCode)
		}
	})
}
