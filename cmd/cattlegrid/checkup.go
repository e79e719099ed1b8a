package main

import (
	"io"
	"slices"

	"github.com/cattlegrid/cattlegrid/sms/template"
)

// check prints what the configuration sends, what that takes and costs, and what nobody would send. It fails where serve
// would refuse to start, as far as that can be told without listening, opening the store or asking anybody.
func (p *program) check(args []string) error {
	c, err := p.configure("check", args)
	if err != nil {
		return err
	}
	if err := c.refusal(); err != nil {
		return err
	}
	u := newCheckup(c)
	keys, err := c.readKeys()
	if err != nil {
		return err
	}
	u.keys = c.keyRoles(keys)
	if err := c.checkPlaces(u.keys); err != nil {
		return err
	}
	_, err = io.WriteString(p.Stdout, u.String())
	return err
}

// checkup is what can be said of a configuration before a message leaves.
type checkup struct {
	config  *config
	outlets []outlet
	keys    []keyRole
}

// outlet is a provider that messages go to.
type outlet struct {
	name      string
	countries []string       // of phone.countries, those that it serves
	filing    *filing        // nil if it takes texts
	table     template.Table // what it takes instead
	specimens []specimen     // all that it sends, as far as the texts are known
}

func newCheckup(c *config) *checkup {
	u := &checkup{config: c}
	for _, name := range c.senderNames() {
		o := outlet{name: name}
		for _, country := range c.Phone.Countries {
			if c.serves(name, country) {
				o.countries = append(o.countries, country)
			}
		}
		if p, ok := providerOf(name); ok && p.filing != nil {
			f := p.filing(&c.SMS)
			o.filing, o.table = &f, c.filed(name, f)
			o.specimens = o.filled(c)
		} else {
			o.specimens = o.written(c)
		}
		u.outlets = append(u.outlets, o)
	}
	return u
}

// serves reports whether a provider is asked to send to a country, and can. Which countries are its own counts only if there
// is another one.
func (c *config) serves(name, country string) bool {
	p, ok := providerOf(name)
	if !ok {
		return true // the console
	}
	if p.filing != nil && p.filing(&c.SMS).mainlandOnly && country != "CN" {
		return false
	}
	its := p.countries(&c.SMS)
	return len(c.SMS.Fallback) == 0 || len(its) == 0 || slices.Contains(its, country)
}
