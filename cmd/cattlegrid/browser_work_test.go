package main

// Who asks for more codes than most is asked for more: a harder picture, then work besides, which the browser does while the
// picture is read. Nobody who does that is refused.
func testStepUp(v *visitor) {
	v.form = v.Open("register")
	v.form.Fill("phone", mobile)
	v.getCode(announced)

	before := v.challenge()
	v.form.Fill("phone", anotherMobile)
	v.form.Fill("answer", v.answer()+"\r")
	v.form.UntilText("status", "为了防止盗刷，还需要答一张更难的图。已换好，请再答一次。")
	if v.challenge() == before {
		v.t.Error("the picture is still the old one")
	}
	v.expect("focus", v.Focus(), "answer")
	v.expect("phone", v.form.Value("phone"), anotherMobile)
	v.expect("effort", v.Eval(`new URL(`+v.form.At("picture")+`.src).searchParams.get("effort")`), "hard")
	v.expect("work", v.form.Text("work-text"), "")
	v.shoot("step-up-hard")
	v.getCode("验证码已发送至 139****9000，5 分钟内有效。")

	v.form.Fill("phone", "13700137000")
	v.form.Fill("answer", v.answer()+"\r")
	v.form.UntilText("status", "为了防止盗刷，还需要答一张更难的图。已换好，请再答一次；看图时，浏览器会在后台计算几秒钟。")
	v.expect("focus", v.Focus(), "answer")
	v.form.UntilText("work-text", "浏览器已完成证明。")
	v.shoot("step-up-work")
	v.getCode("验证码已发送至 137****7000，5 分钟内有效。")
	if n := v.sent(); n != 3 {
		v.t.Errorf("%d messages left, want 3", n)
	}
}

// Who can neither see nor hear gets across by keyboard, in words, and without an answer: the browser works for it.
func testAlone(v *visitor) {
	v.Eval(v.form.At("picture") + `.classList.add("visually_hidden")`)
	v.form = v.Open("register")
	v.Type(mobile)
	v.tabTo("alone")
	v.Type("\r")
	v.form.UntilText("work-text", "浏览器已完成证明。")
	v.expect("focus", v.Focus(), "alone")
	v.expect("field for the answer", v.form.Get("answer", "offsetParent"), "null")
	v.expect("words", v.form.Get("work-note", "offsetParent !== null"), "true")
	v.shoot("alone")
	v.tabTo("send")
	v.Type("\r")
	v.form.UntilText("status", announced)
	v.form.UntilFocus("code")
	v.rightCode()
	if n := v.sent(); n != 1 {
		v.t.Errorf("%d messages left, want 1", n)
	}
}

// On a phone, too, and nothing lies outside its screen. Its budget spent, there is still the picture.
func testThumbs(v *visitor) {
	v.form = v.Open("register")
	for i, phone := range []string{mobile, anotherMobile, "13700137000"} {
		v.form.Press("alone")
		v.form.UntilText("work-text", "Your browser has finished the proof.")
		v.expectWithinReach("alone")
		v.form.Fill("phone", phone+"\r")
		v.form.UntilFocus("code")
		v.form.UntilPicture()
		if n := v.sent(); n != i+1 {
			v.t.Errorf("%d messages left, want %d", n, i+1)
		}
	}
	v.form.Press("alone")
	v.form.Fill("phone", "13600136000\r")
	v.form.UntilText("status", "Your network has asked too often. Please try again in 60 minutes.")
	v.form.UntilPicture()
	v.expect("button", v.form.Text("alone"), "Can't see it? Let your browser prove it instead")
	if n := v.sent(); n != 3 {
		v.t.Errorf("%d messages left, want 3", n)
	}
}
