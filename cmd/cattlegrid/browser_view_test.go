package main

import (
	"fmt"
	"strings"
)

const announcedInEnglish = "We sent a code to 138****8000. It works for 5 minutes."

// A browser that asks for English first gets it, in the page and in the message.
func testEnglish(v *visitor) {
	v.expect("language", v.Eval("document.documentElement.lang"), "en")
	v.form = v.Open("register")
	v.form.Fill("phone", mobile)
	v.form.Fill("answer", v.answer()+"x\r")
	v.form.UntilText("answer-error", "That was not what the picture says. Here is a new one, please try again.")
	v.getCode(announcedInEnglish)
	if code, text := v.sms(); !strings.HasPrefix(text, code+" is your cattlegrid code. It is valid for 5 minutes.") {
		v.t.Errorf("the message to %s is %q", code, text)
	}
}

// On a narrow phone all is within reach from the first look to the proof: nothing lies outside the screen or is too small
// for a finger, and no field is so small that the phone zooms in on it.
func testPhone(v *visitor) {
	v.expectWithinReach("home")
	v.form = v.Open("register")
	v.form.Fill("phone", mobile)
	v.form.Fill("answer", v.answer()+"x\r")
	v.form.Until("answer-error", ".hidden === false")
	v.form.UntilPicture()
	v.expectWithinReach("wrong answer")
	v.getCode(announcedInEnglish)
	v.form.Until("inbox-message", ".hidden === false")
	v.expectWithinReach("code sent")
	v.shoot("phone-dark-en")
	v.form.Press("inbox-fill")
	v.form.Press("submit")
	v.form.Until("verified", ".hidden === false")
	v.expectWithinReach("verified")
}

func (v *visitor) expectWithinReach(where string) {
	v.t.Helper()
	v.UntilStill()
	got := v.Eval(`(() => {
		const found = [];
		const root = document.querySelector("dialog[open]") ?? document.documentElement;
		if (innerWidth !== 360 || root.scrollWidth > 360) {
			found.push("the page is " + Math.max(innerWidth, root.scrollWidth) + " wide");
		}
		for (const element of root.querySelectorAll("button, input, textarea, img, td")) {
			const { left, right, width, height } = element.getBoundingClientRect();
			if (width === 0 || element.closest(".visually_hidden")) {
				continue;
			}
			const name = element.dataset.role || element.dataset.claim || element.className;
			if (left < 0 || right > 360) {
				found.push(name + " ends at " + right);
			}
			if (element.localName === "button" && (height < 24 || width < 24)) {
				found.push(name + " is " + width + " by " + height);
			}
			if (element.localName === "input" && parseFloat(getComputedStyle(element).fontSize) < 16) {
				found.push(name + " has small letters");
			}
		}
		return found.join("; ");
	})()`)
	v.expect(where, got, "")
}

// By day and by night words stand out from what is behind them, 4.5 to 1 at least (WCAG 2.2, 1.4.3), and the picture from
// its dialog.
func testColours(v *visitor) {
	v.expectContrast("#lead h1", ".standfirst", ".kicker", ".masthead .register_btn", ".masthead .login_btn", ".colophon p")
	v.form = v.Open("register")
	v.form.Fill("phone", mobile)
	v.form.Fill("answer", v.answer()+"x\r")
	v.form.Until("answer-error", ".hidden === false")
	v.expectContrast("#register h2", "#register label", "#register-phone", "#register .to_login", "#register [data-role=refresh]", "#register .listen",
		"#register .alone", "#register .work_note", "#register .work_text",
		"#register .field_error:not([hidden])", "#register .send", "#register .inbox_empty", "#register .inbox_head p")
	v.getCode(announced)
	v.form.Until("inbox-message", ".hidden === false")
	v.expectContrast("#register .status", "#register .send", "#register .submit", "#register .message_text",
		"#register .message_meta", "#register .message_code", "#register .inbox .button")
	v.expect("paper of the picture", v.Eval(`getComputedStyle(`+v.form.At("frame")+`).backgroundColor`), "rgb(255, 255, 255)")
}

func (v *visitor) expectContrast(selectors ...string) {
	v.t.Helper()
	v.UntilStill()
	got := v.Eval(fmt.Sprintf(`(() => {
		const rgb = (colour) => colour.match(/[\d.]+/g).map(Number);
		const luminance = (colour) => {
			const [r, g, b] = rgb(colour).map((value) => value / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
			return 0.2126 * r + 0.7152 * g + 0.0722 * b;
		};
		const behind = (element) => {
			const { backgroundColor } = getComputedStyle(element);
			return (rgb(backgroundColor)[3] ?? 1) === 0 ? behind(element.parentElement) : backgroundColor;
		};
		return [%s].filter((selector) => {
			const element = document.querySelector(selector);
			const [dark, light] = [getComputedStyle(element).color, behind(element)].map(luminance).sort((a, b) => a - b);
			return !((light + 0.05) / (dark + 0.05) >= 4.5);
		}).join("; ");
	})()`, `"`+strings.Join(selectors, `", "`)+`"`))
	v.expect("hard to read", got, "")
}
