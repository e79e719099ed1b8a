// Package web holds what a visitor sees: the page with its register and login dialogs, the scripts that carry a
// phone number from challenge to proof, and their words in Chinese and English. Everything is embedded in the binary.
//
// The package serves nothing itself. A handler picks a language, writes the page, and serves the files:
//
//	lang := web.Language(r.Header.Get("Accept-Language"))
//	w.Header().Set("Content-Type", "text/html; charset=utf-8")
//	w.Header().Set("Content-Language", lang)
//	w.Header().Add("Vary", "Accept-Language")
//	w.Write(web.Page(web.View{Lang: lang}))
//
// # Page
//
// [Page] is a small news site with two dialogs. Both hold the same form with another purpose, and keep the class names
// that pages built from the well-known tutorial use: register_btn, login_btn, to_register, register_form_con,
// login_form_con, get_pic_code. The functions generateImageCode and generateUUID stay callable from other scripts.
// The field for the answer fits the kind of challenges: a keypad where the answer is a number, candidates to pick where it
// is in Chinese, and else a button to listen to it. The development panel, which shows the last message sent, is not in
// the page unless it is asked for.
//
// # Work
//
// Where the server asks for a harder challenge, the page shows one and says so, and where it asks for a proof of work, a
// worker (js/solver.js) does it while the visitor reads. A button beside the picture has the browser prove it alone, for who can
// neither see nor hear a challenge. Without workers the button is not there.
//
// # Assets
//
// [Assets] are plain style sheets, ES modules, texts and icons, as written: there is no build step. They need no more
// than Content-Security-Policy "default-src 'self'; media-src blob:": no inline script or style, no cookie, no other host.
// What is listened to is a blob, since a media element would ask for it in pieces, and each piece is another rendering. The files
// are served under /assets/ and carry no version in their names, so answer them with "Cache-Control: no-cache" and the
// tag from [ETag].
//
// # Texts
//
// Each language has one file, locales/<language>.json, read by the page's template here and by the scripts in the
// browser. A new sentence is a new key in every file; the tests name keys that are missing or unused.
package web
