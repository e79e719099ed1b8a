// Package rivals wraps the image captchas that other Go modules draw, so that
// they can be measured beside ours: each behind the same interface, with the look
// that the module has by default or shows in its manual, encoding included.
//
//	rival, err := rivals.Find("dchest")
//	generator, err := rival.New(rivals.Size{Width: 240, Height: 80, Length: 5})
//	answer, err := generator.Draw(w)
//
// # Looks
//
// Width, height and length are the caller's; all else is the module's own:
//
//   - base64captcha-digits has the 80 dots and the skew of its default driver.
//   - base64captcha-letters has all ten fonts, three kinds of lines, noise of
//     twenty characters, and the module's alphabet without look-alikes.
//   - dchest has no other look.
//   - steambap-png and steambap-jpeg have the default options. The module's JPEG
//     has the quality of image/jpeg, 75; its PNG is the one of its manual.
//   - gocaptcha draws the chain of calls that its manual shows, as JPEG of quality
//     100, which the module does not let one change.
//
// # Answers
//
// An answer is the text that was drawn, case included: base64captcha-letters,
// steambap and gocaptcha mix capital and small letters.
//
// # Sounds
//
// [Sounds] lists the spoken captchas of the same modules. Their width and height
// are ignored.
package rivals
