package web_test

import (
	"fmt"
	"strings"
	"testing"
)

const phone = "13800138000"

// The scripts do in a browser what their comments promise. One browser serves all, a tab each.
func TestScripts(t *testing.T) {
	t.Parallel()
	browser := newBrowser(t)

	// A visitor goes from the register button to a proof, and the dialog is fresh for the next one.
	t.Run("Crossing", func(t *testing.T) {
		t.Parallel()
		v := browser.visit(t, &fakeAPI{dev: true, resendAfter: 60}, "zh")
		v.open("register")
		if got := v.focus(); got != "phone" {
			t.Errorf("focus on %q, want the phone", got)
		}
		v.fill("phone", phone)
		v.fill("answer", "right\r")
		v.until(v.at("inbox-code") + `.value === "` + goodCode + `"`)
		query, _ := v.api.lastPicture()
		sent := v.api.lastSend()
		if sent["phone"] != phone || sent["purpose"] != "register" || sent["challenge_id"] != query.Get("pre_id") {
			t.Errorf("sent %v after a picture before %v", sent, query)
		}
		if got, want := v.text("status"), "验证码已发送至 138****8000，5 分钟内有效。"; got != want {
			t.Errorf("status %q, want %q", got, want)
		}
		if got := v.text("send"); !strings.HasPrefix(got, "重新获取 (") {
			t.Errorf("send button says %q, want a countdown", got)
		}
		v.press("inbox-fill")
		if got := v.focus() + " " + v.value("code"); got != "code "+goodCode {
			t.Errorf("filled %q, want the code with the focus", got)
		}
		v.press("submit")
		v.until(`!` + v.at("verified") + `.hidden`)
		if got := v.eval(v.at("claims") + `.querySelector('[data-claim="aud"]').textContent`); got != "用户站" {
			t.Errorf("claim aud %q", got)
		}
		if got := v.eval(v.at("claims") + `.querySelectorAll("tr").length`); got != "4" {
			t.Errorf("%s claims, want 4", got)
		}
		if got := v.value("proof"); !strings.HasPrefix(got, "e30.") {
			t.Errorf("proof %q", got)
		}
		v.press("done")
		v.until(v.at("verified") + `.hidden`)
		v.open("register")
		if got := v.value("phone") + v.value("answer") + v.value("code"); got != "" {
			t.Errorf("a new crossing starts with %q", got)
		}
	})

	// Each problem is said at the field it concerns, with the focus there, a new challenge, and what was typed kept.
	t.Run("Problems", func(t *testing.T) {
		t.Parallel()
		v := browser.visit(t, &fakeAPI{}, "en")
		v.open("login")
		v.fill("phone", phone)
		v.fill("code", "123")
		for _, problem := range []struct{ answer, place, focus, text string }{
			{"wrong-answer", "answer-error", "answer", "That was not what the picture says. Here is a new one, please try again."},
			{"challenge-expired", "answer-error", "answer", "That picture has expired. Here is a new one, please try again."},
			{"bad-phone", "phone-error", "phone", "This does not look like a phone number. Please check it."},
			{"network", "status", "answer", "Your network has asked too often. Please try again in 25 minutes."},
			{"send-failed", "status", "answer", "The SMS could not be sent. Please try again later, with the new picture."},
			{"html", "status", "answer", "Something went wrong on the server. Please try again later."},
			{"often", "phone-error", "phone", "This number has asked for codes too often. Please try again in 58 seconds."},
		} {
			_, before := v.api.lastPicture()
			v.fill("answer", problem.answer+"\r")
			v.until(fmt.Sprintf("%s.textContent === %q", v.at(problem.place), problem.text))
			v.untilPicture()
			if _, after := v.api.lastPicture(); after != before+1 {
				t.Errorf("%s: %d new pictures, want 1", problem.answer, after-before)
			}
			if got := v.focus(); got != problem.focus {
				t.Errorf("%s: focus on %q, want %q", problem.answer, got, problem.focus)
			}
			if got := v.value("phone") + "," + v.value("answer") + "," + v.value("code"); got != phone+",,123" {
				t.Errorf("%s: fields hold %q", problem.answer, got)
			}
			if got := v.text("status"); got != problem.text {
				t.Errorf("%s: screen readers hear %q, want %q", problem.answer, got, problem.text)
			}
		}
	})

	// A limit of one phone does not hold another one back.
	t.Run("LimitOfOnePhone", func(t *testing.T) {
		t.Parallel()
		v := browser.visit(t, &fakeAPI{}, "en")
		v.open("register")
		v.fill("phone", phone)
		v.fill("answer", "often\r")
		v.until(v.at("send") + `.getAttribute("aria-disabled") === "true"`)
		v.fill("phone", "13900139000")
		v.until(v.at("send") + `.textContent === "Get code"`)
		v.fill("phone", phone)
		v.until(v.at("send") + `.textContent.startsWith("Resend (")`)
	})

	// When the countdown ends, the button offers the code once more.
	t.Run("Countdown", func(t *testing.T) {
		t.Parallel()
		v := browser.visit(t, &fakeAPI{resendAfter: 1}, "zh")
		v.open("register")
		v.fill("phone", phone)
		v.fill("answer", "right\r")
		v.until(v.at("send") + `.textContent === "重新获取验证码"`)
		if got := v.eval(v.at("send") + `.hasAttribute("aria-disabled")`); got != "false" {
			t.Error("the button is still held back")
		}
	})

	// A code is checked for the phone it was sent to, and a wrong or expired one is said at its field.
	t.Run("Code", func(t *testing.T) {
		t.Parallel()
		v := browser.visit(t, &fakeAPI{resendAfter: 60}, "en")
		v.open("register")
		v.fill("phone", phone)
		v.fill("code", "1\r")
		v.until(v.at("answer-error") + `.textContent.startsWith("Please get a code first")`)
		v.fill("answer", "right\r")
		v.until(v.at("status") + `.textContent.startsWith("We sent a code")`)
		v.fill("code", "111111\r")
		v.until(v.at("code-error") + `.textContent === "That code is not right. You have 4 tries left."`)
		v.fill("code", "410410\r")
		v.until(v.at("code-error") + `.textContent === "This code no longer works. Please get a new one."`)
		if got := v.focus(); got != "answer" {
			t.Errorf("focus on %q, want the answer, which a new code needs", got)
		}
	})

	// An empty form says what is missing, all of it, and asks the server nothing.
	t.Run("Empty", func(t *testing.T) {
		t.Parallel()
		v := browser.visit(t, &fakeAPI{}, "zh")
		v.open("register")
		v.press("send")
		v.until(v.at("phone-error") + `.textContent === "请输入手机号。"`)
		v.until(v.at("answer-error") + `.textContent === "请输入图中的字符。"`)
		if got := v.focus(); got != "phone" {
			t.Errorf("focus on %q, want the phone", got)
		}
		if len(v.api.sends) != 0 {
			t.Errorf("sent %v", v.api.sends)
		}
	})

	// A picture that is refused says why, and the next one that comes takes it back.
	t.Run("Picture", func(t *testing.T) {
		t.Parallel()
		v := browser.visit(t, &fakeAPI{}, "zh")
		v.open("register")
		v.api.failPictures("4202")
		v.press("refresh")
		v.until(v.at("picture-error") + `.textContent === "换图太频繁，请稍等片刻再换一张。"`)
		v.api.failPictures("4004")
		v.press("refresh")
		v.until(v.at("picture-error") + `.textContent === "图片没有加载出来，请换一张。"`)
		v.api.failPictures("")
		v.press("picture")
		v.untilPicture()
		v.until(v.at("picture-error") + `.textContent === ""`)
	})

	// Without an answer from the network the challenge is still good: the visitor may just try again.
	t.Run("Offline", func(t *testing.T) {
		t.Parallel()
		v := browser.visit(t, &fakeAPI{}, "zh")
		v.open("register")
		v.fill("phone", phone)
		v.fill("answer", "right")
		v.eval(`window.fetch = () => Promise.reject(new TypeError("offline"))`)
		v.press("send")
		v.until(v.at("status") + `.textContent === "网络连接失败，请检查网络后再试。"`)
		if got := v.value("answer"); got != "right" {
			t.Errorf("answer %q was lost", got)
		}
	})

	// The login dialog switches to register with the phone that was typed and a challenge at once; Escape closes it.
	t.Run("Switch", func(t *testing.T) {
		t.Parallel()
		v := browser.visit(t, &fakeAPI{}, "zh")
		v.open("login")
		v.fill("phone", phone)
		v.click(".to_register")
		v.dialog = "register"
		v.untilPicture()
		if got := v.value("phone"); got != phone {
			t.Errorf("phone %q, want %q", got, phone)
		}
		v.fill("phone", "\x1b")
		v.until(`document.querySelector("dialog[open]") === null`)
	})

	// The tutorial's two functions keep their names, also where crypto.randomUUID is missing.
	t.Run("Functions", func(t *testing.T) {
		t.Parallel()
		v := browser.visit(t, &fakeAPI{}, "zh")
		v.open("register")
		id := v.eval(`generateImageCode()`)
		v.untilPicture()
		v.until(`document.querySelector("#register .get_pic_code").src.includes("code_id=` + id + `")`)
		v.eval(`Object.defineProperty(crypto, "randomUUID", { value: undefined })`)
		v.until(`/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(generateUUID())`)
		v.until(`generateUUID() !== generateUUID()`)
	})

	// A pasted code loses its spaces, not its end.
	t.Run("Paste", func(t *testing.T) {
		t.Parallel()
		v := browser.visit(t, &fakeAPI{}, "zh")
		v.open("register")
		v.eval(`(() => {
			const data = new DataTransfer();
			data.setData("text", " 20 48 １６ ");
			` + v.at("code") + `.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
		})()`)
		if got := v.value("code"); got != goodCode {
			t.Errorf("pasted %q, want %q", got, goodCode)
		}
	})
}
