package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/cattlegrid/cattlegrid/sms/template"
)

// checkFiled reports what a provider would refuse of its templates, and what they would tell visitors that is not so.
func (v *verdict) checkFiled(name string) {
	p, ok := providerOf(name)
	if !ok || p.filing == nil {
		return
	}
	f := p.filing(&v.c.SMS)
	if found := v.c.wrongWith(f, template.Template{Signature: f.signature}); len(found) > 0 {
		v.because(f.section+".signature", found[0].Error())
		f.signature = "" // once is enough
	}
	inFile := len(v.c.templates[name])
	for i, t := range v.c.filed(name, f) {
		if (template.Table{t}).Validate() != nil {
			continue // checkSender reports it
		}
		for _, err := range v.c.wrongWith(f, t) {
			if i < inFile {
				v.wrong = append(v.wrong, fmt.Errorf("sms.templates: %s: %s of %s: %w%s; mend it there, or have another template approved",
					filepath.Base(v.c.SMS.Templates), t.ID, name, err, v.at("sms.templates")))
			} else {
				v.because(f.section+".template", fmt.Sprintf("%s: %v", t.ID, err))
			}
		}
	}
}

// wrongWith returns what is wrong with one template, without its number: it has another one in the file.
func (c *config) wrongWith(f filing, t template.Template) []error {
	found := template.Table{t}.Check(f.rules, time.Duration(c.Code.Lifetime))
	for i, err := range found {
		found[i] = errors.Unwrap(err)
	}
	return found
}
