package main

// Who uses no mouse gets there too, and sees at each step where the focus is.
func testKeyboard(v *visitor) {
	v.shoot("home")
	v.tabTo("button strong register_btn")
	v.Type("\r")
	v.form.UntilPicture()
	v.expect("focus", v.Focus(), "phone")
	v.Type(mobile)
	v.tabTo("answer")
	v.Type(v.answer() + "\r")
	v.form.UntilFocus("code")
	v.form.Until("inbox-message", ".hidden === false")
	v.tabTo("inbox-fill")
	v.Type("\r")
	code, _ := v.sms()
	v.expect("code", v.form.Value("code"), code)
	v.expect("focus", v.Focus(), "code")
	v.shoot("register")
	v.Type("\r")
	v.form.UntilFocus("verified-title")
	v.shoot("verified")
	v.tabTo("done")
	v.Type("\r")
	v.Until(`document.querySelector("dialog[open]") === null`)
	v.expect("focus", v.Focus(), "button strong register_btn")
}

// tabTo presses the tabulator until the focus is on what Focus calls by that name.
func (v *visitor) tabTo(name string) {
	v.t.Helper()
	var passed []string
	for range 12 {
		v.Type("\t")
		at := v.Focus()
		if v.Eval(`document.activeElement.matches(":focus-visible")`) != "true" {
			v.t.Errorf("nothing shows that the focus is on %s", at)
		}
		if at == name {
			return
		}
		passed = append(passed, at)
	}
	v.t.Fatalf("no way to %s: the focus went over %q", name, passed)
}

// A click on the picture and the button beside it both show another one, and what was typed stays. The challenge before is
// gone.
func testPicture(v *visitor) {
	v.form = v.Open("register")
	v.form.Fill("phone", mobile)
	v.form.Fill("code", "123")
	for _, role := range []string{"picture", "refresh"} {
		before, answer := v.challenge(), v.answer()
		v.form.Press(role)
		v.Until(v.form.At("picture") + `.src.includes("pre_id=` + before + `")`)
		if v.challenge() == before || v.answer() == "" {
			v.t.Errorf("%s: the challenge is still the old one", role)
		}
		v.expect(role+": phone and code", v.form.Value("phone")+" "+v.form.Value("code"), mobile+" 123")
		v.expect(role+": the challenge before", v.post(mobile, before, answer), expired)
		v.expect(role+": size of the picture", v.form.Get("picture", "naturalWidth"), "240")
	}
}

// Who opened the wrong dialog switches to the other one and finds a challenge there at once.
func testSwitch(v *visitor) {
	login := v.Open("login")
	login.Fill("phone", mobile)
	v.Click(".to_register")
	v.getCode(announced)
	v.expect("open dialogs", v.Eval(`[...document.querySelectorAll("dialog[open]")].map(({ id }) => id).join()`), "register")
	v.expect("phone", v.form.Value("phone"), mobile)
	if n := v.sent(); n != 1 {
		v.t.Errorf("%d messages left, want 1", n)
	}
}

// The tutorial's two functions are there for other scripts: one shows another challenge, the other makes an id for one.
func testFunctions(v *visitor) {
	v.form = v.Open("register")
	before := v.challenge()
	id := v.Eval("generateImageCode()")
	v.expect("challenge", v.challenge(), id)
	if id == before || v.answer() == "" {
		v.t.Errorf("generateImageCode showed the challenge %s again", id)
	}
	v.Until(`/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(generateUUID())`)
}
