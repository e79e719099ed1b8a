package main

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cattlegrid/cattlegrid"
)

const (
	anotherMobile = "13900139000"
	announced     = "验证码已发送至 138****8000，5 分钟内有效。"
	expired       = `{"errno":"4002","errmsg":"图片验证码已过期"}`
)

// A visitor meets everything that can go wrong on the way, and comes across.
func testCrossing(v *visitor) {
	v.form = v.Open("register")
	v.form.Fill("phone", mobile)
	v.wrongAnswer()
	v.expiredChallenge()
	used, answer := v.challenge(), v.answer()
	v.rightAnswer()
	v.usedChallenge(used, answer)
	v.keptChallenge()
	v.wrongCode("短信验证码不对，还可以试 4 次。")
	v.resend()
	v.wrongCode("短信验证码不对，还可以试 3 次。") // one more message does not bring tries back
	v.rightCode()
	v.proof()
}

// A wrong answer is said so, there is a new picture, and the phone stays. The old challenge is of no use even to those who
// know its answer.
func (v *visitor) wrongAnswer() {
	before, answer := v.challenge(), v.answer()
	v.form.Fill("answer", answer+"x\r")
	v.form.UntilText("answer-error", "图片验证码不对，已换一张新的，请再试一次。")
	v.expectNewChallenge(before)
	v.usedChallenge(before, answer)
	v.shoot("wrong-answer")
}

// So is an answer that comes after five minutes.
func (v *visitor) expiredChallenge() {
	before, answer := v.challenge(), v.answer()
	v.advance(5 * time.Minute)
	v.form.Fill("answer", answer+"\r")
	v.form.UntilText("answer-error", "图片验证码已过期，已换一张新的，请再试一次。")
	v.expectNewChallenge(before)
	if n := v.sent(); n != 0 {
		v.t.Errorf("%d messages left without a right answer", n)
	}
}

func (v *visitor) expectNewChallenge(before string) {
	v.t.Helper()
	if v.challenge() == before {
		v.t.Error("the picture is still the old one")
	}
	v.expect("phone", v.form.Value("phone"), mobile)
	v.expect("answer", v.form.Value("answer"), "")
	v.expect("focus", v.Focus(), "answer")
}

// A challenge that was answered is gone, and whoever answers it again is told what anybody is who makes up an id. Nothing
// is sent, also not to another phone.
func (v *visitor) usedChallenge(id, answer string) {
	before := v.sent()
	for _, phone := range []string{mobile, anotherMobile} {
		v.expect("a challenge used twice", v.post(phone, id, answer), expired)
	}
	v.expect("a challenge that never was", v.post(anotherMobile, "made-up-id", answer), expired)
	if after := v.sent(); after != before {
		v.t.Errorf("%d messages left for a challenge that was used", after-before)
	}
	if v.redis != nil {
		v.expect("GET ImageCode_"+id, v.redis.Do(v.t, "GET", "ImageCode_"+id), "(nil)")
	}
}

// The page deletes a challenge when it shows another one. A script that keeps its challenge, and answers it rightly for one
// phone, cannot use it for a second.
func (v *visitor) keptChallenge() {
	id := v.Eval(`(async () => {
		const id = generateUUID();
		await fetch("/passport/image_code?code_id=" + id);
		return id;
	})()`)
	answer, before := v.answerTo(id), v.sent()
	v.expect("a challenge used once", v.post("13700137000", id, answer), `{"errno":"0","errmsg":"发送成功"}`)
	v.expect("a challenge used twice", v.post("13600136000", id, answer), expired)
	if n := v.sent() - before; n != 1 {
		v.t.Errorf("%d messages left for one challenge, want 1", n)
	}
}

// A right answer, in whatever case, sends a message, which appears beside the dialog, and starts the countdown.
func (v *visitor) rightAnswer() {
	answer := v.answer()
	v.form.Fill("answer", strings.ToUpper(answer[:2])+strings.ToLower(answer[2:])+"\r")
	v.form.UntilText("status", announced)
	v.expect("focus", v.Focus(), "code")
	if n := v.sent(); n != 1 {
		v.t.Errorf("%d messages left, want 1", n)
	}
	code, text := v.sms()
	v.form.Until("inbox-message", ".hidden === false")
	v.expect("code in the inbox", v.form.Value("inbox-code"), code)
	v.expect("text in the inbox", v.form.Text("inbox-text"), text)
	v.expect("phone in the inbox", v.form.Text("inbox-phone"), "+86"+mobile)

	v.form.Until("send", `.textContent.startsWith("重新获取 (")`)
	v.expect("held back", v.form.Get("send", "ariaDisabled"), "true")
	left := `Number(` + v.form.At("send") + `.textContent.match(/\d+/)[0])`
	v.Until(left + " < " + v.Eval(left))
}

// A wrong code is said so, with the tries left.
func (v *visitor) wrongCode(words string) {
	code, _ := v.sms()
	wrong := []byte(code)
	wrong[0] = '0' + (wrong[0]-'0'+1)%10
	v.form.Fill("code", string(wrong)+"\r")
	v.form.UntilText("code-error", words)
	v.expect("focus", v.Focus(), "code")
}

// After a minute there is another message for another answer, with the same code: messages arrive out of order.
func (v *visitor) resend() {
	before, _ := v.sms()
	sent := v.sent()
	v.advance(61 * time.Second)
	v.form.UntilText("send", "重新获取验证码")
	v.getCode(announced)
	code, _ := v.sms()
	v.expect("code", code, before)
	if n := v.sent() - sent; n != 1 {
		v.t.Errorf("%d messages left, want 1", n)
	}
}

// The inbox fills the code in, and it is accepted.
func (v *visitor) rightCode() {
	v.form.Press("inbox-fill")
	v.expect("focus", v.Focus(), "code")
	v.form.Press("submit")
	v.form.Until("verified", ".hidden === false")
	v.expect("verified phone", v.form.Text("verified-phone"), "138****8000")
	for claim, want := range map[string]string{
		"phone_number": "+86" + mobile, "phone_number_verified": "true", "purpose": "register", "aud": "cattlegrid", "iss": "cattlegrid",
	} {
		v.expect(claim, v.form.Get("claims", `querySelector("[data-claim=`+claim+`]").textContent`), want)
	}
}

// The proof is what it says: a site that has nothing but the published key accepts it, for its purpose, once.
func (v *visitor) proof() {
	token := v.form.Value("proof")
	verifier, err := cattlegrid.NewVerifier(cattlegrid.VerifierOptions{
		JWKS:  []byte(v.Eval(`fetch("/.well-known/jwks.json").then((response) => response.text())`)),
		Store: cattlegrid.NewMemStore(cattlegrid.MemOptions{}),
		Clock: v.now,
	})
	if err != nil {
		v.t.Fatal(err)
	}
	if _, err := verifier.Verify(v.t.Context(), token, "login"); !errors.Is(err, cattlegrid.ErrProof) {
		v.t.Errorf("the proof for another purpose: %v, want ErrProof", err)
	}
	got, err := verifier.Verify(v.t.Context(), token, "register")
	if err != nil {
		v.t.Fatalf("verify the proof: %v", err)
	}
	want := cattlegrid.Claims{PhoneNumber: "+86" + mobile, PhoneNumberVerified: true, Purpose: "register"}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(cattlegrid.Claims{}, "RegisteredClaims")); diff != "" {
		v.t.Errorf("claims (-want +got):\n%s", diff)
	}
	if age := v.now().Sub(got.IssuedAt.Time); age < 0 || age > time.Minute {
		v.t.Errorf("issued at %v, which is %v ago by the server's clock", got.IssuedAt, age)
	}
	if _, err := verifier.Verify(v.t.Context(), token, "register"); !errors.Is(err, cattlegrid.ErrProof) {
		v.t.Errorf("the proof once more: %v, want ErrProof", err)
	}
	if response, said := v.server.do(v.t, http.MethodGet, "/dev/inbox?mobile="+anotherMobile, ""); response.StatusCode != http.StatusNotFound {
		v.t.Errorf("the other phone got %v", said)
	}
}
