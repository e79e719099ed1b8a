package main

import (
	"fmt"

	"github.com/cattlegrid/cattlegrid/internal/browsertest"
)

// Who cannot see the picture gets across without it: by keyboard to the button, by ear to the answer, which is typed while
// it is heard. After three times there is another challenge, to be heard three times, too.
func testSound(v *visitor) {
	v.Eval(v.form.At("picture") + `.classList.add("visually_hidden")`)
	v.form = v.Open("register")
	v.Type(mobile)
	v.tabTo("listen")
	v.Type("\r")
	v.heard()
	v.expect("focus", v.Focus(), "answer")
	v.form.Until("speech", ".ended")
	v.form.UntilText("listen-text", "语音")

	v.form.Fill("answer", "not")
	for range 2 {
		v.form.Press("listen")
		v.heard()
		v.expect("focus", v.Focus(), "answer")
		v.Type("e") // while it is heard
		v.form.Press("listen")
		v.form.UntilText("listen-text", "语音")
	}
	v.expect("answer", v.form.Value("answer"), "notee")
	before := v.challenge()
	v.form.Press("listen")
	v.form.UntilText("status", "这一张已经读过三遍，换了一张新的，请再按“语音”。")
	if v.challenge() == before {
		v.t.Error("the challenge is still the old one")
	}
	v.expect("focus", v.Focus(), "listen")
	v.Type(" ")
	v.heard()
	v.expect("focus", v.Focus(), "answer")
	v.Type(v.answer() + "\r")
	v.form.UntilText("status", announced)
	v.rightCode()
	if n := v.sent(); n != 1 {
		v.t.Errorf("%d messages left, want 1", n)
	}
}

// heard waits until something is to be heard.
func (v *visitor) heard() {
	v.t.Helper()
	v.form.UntilText("listen-text", "播放中")
	v.form.Until("speech", ".currentTime > 0")
	if v.Eval(v.form.At("speech")+".duration > 1") != "true" {
		v.t.Errorf("a challenge takes %s s to say", v.form.Get("speech", "duration"))
	}
}

// A sum is worked out, and its result typed on a keypad or heard.
func testResult(v *visitor) {
	v.form = v.Open("register")
	v.expect("keyboard", v.form.Get("answer", "inputMode"), "numeric")
	v.expect("label", v.form.Get("answer", "labels[0].textContent"), "Result of the sum")
	v.form.Fill("phone", mobile)
	v.form.Press("listen")
	v.form.UntilText("listen-text", "Playing")
	v.shoot("listen")
	v.getCode(announcedInEnglish)
}

// An answer in Chinese is tapped on a phone. Nothing lies outside its screen, and no keyboard comes up.
func testTapping(v *visitor) {
	v.form = v.Open("register")
	v.form.Fill("phone", mobile)
	v.form.Until("candidates", ".children.length > 0")
	v.expect("button to listen", v.Eval(v.form.At("listen")), "null")
	v.expectWithinReach("candidates")
	answer := []rune(v.answer())
	v.tap(answer[1])
	v.form.Press("erase")
	for _, character := range answer {
		v.tap(character)
	}
	v.expect("answer", v.form.Value("answer"), string(answer))
	v.expect("focus", v.Focus(), "phone")
	v.shoot("phone-chinese")
	v.form.Press("send")
	v.form.UntilText("status", announced)
}

// tap taps on a candidate.
func (v *visitor) tap(character rune) {
	v.t.Helper()
	v.Eval(fmt.Sprintf(`[...%s.children].find((button) => button.textContent === %s).id = "tapped"`,
		v.form.At("candidates"), browsertest.Quote(string(character))))
	v.Click("#tapped")
	v.Eval(`document.getElementById("tapped").removeAttribute("id")`)
}
