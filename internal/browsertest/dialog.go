package browsertest

import (
	"fmt"

	"github.com/chromedp/chromedp"
)

// Dialog is one of the site's dialogs, "register" or "login". Its parts are found by their roles: the values of data-role.
type Dialog struct {
	page    *Page
	purpose string
}

// Open opens a dialog by its button in the head of the page, and waits for its challenge.
func (p *Page) Open(purpose string) Dialog {
	p.t.Helper()
	p.Click("." + purpose + "_btn")
	d := p.Dialog(purpose)
	d.UntilPicture()
	return d
}

// Dialog returns a dialog, open or not.
func (p *Page) Dialog(purpose string) Dialog { return Dialog{page: p, purpose: purpose} }

func (d Dialog) selector(role string) string {
	return fmt.Sprintf(`#%s [data-role="%s"]`, d.purpose, role)
}

// At is a script's expression for the part with a role.
func (d Dialog) At(role string) string {
	return "document.querySelector(" + Quote(d.selector(role)) + ")"
}

// Press clicks on a part.
func (d Dialog) Press(role string) {
	d.page.t.Helper()
	d.page.Click(d.selector(role))
}

// Fill types into a field, in place of what is there. A return at the end of text sends the form.
func (d Dialog) Fill(role, text string) {
	d.page.t.Helper()
	d.page.Eval(d.At(role) + ".select()")
	d.page.Do(chromedp.SendKeys(chromedp.CSS(d.selector(role)), text))
}

// Get returns a property of a part as text.
func (d Dialog) Get(role, property string) string {
	d.page.t.Helper()
	return d.page.Eval(d.At(role) + "." + property)
}

// Value returns what is in a field.
func (d Dialog) Value(role string) string {
	d.page.t.Helper()
	return d.Get(role, "value")
}

// Text returns what a part says.
func (d Dialog) Text(role string) string {
	d.page.t.Helper()
	return d.Get(role, "textContent")
}

// Until waits for a condition on a part: the rest of a script's expression that begins with the part.
func (d Dialog) Until(role, condition string) {
	d.page.t.Helper()
	d.page.Until(d.At(role) + condition)
}

// UntilText waits for a part to say just this.
func (d Dialog) UntilText(role, text string) {
	d.page.t.Helper()
	d.Until(role, ".textContent === "+Quote(text))
}

// UntilFocus waits for a part to have the focus.
func (d Dialog) UntilFocus(role string) {
	d.page.t.Helper()
	d.Until(role, " === document.activeElement")
}

// UntilPicture waits for the challenge to be shown.
func (d Dialog) UntilPicture() {
	d.page.t.Helper()
	d.Until("frame", `.dataset.state === "ready"`)
}
