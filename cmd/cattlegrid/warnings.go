package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cattlegrid/cattlegrid/segment"
)

// warnings are what an operator should know though the gate would serve.
func (u *checkup) warnings() []string {
	var all []string
	unserved := slices.DeleteFunc(slices.Clone(u.config.Phone.Countries), func(country string) bool {
		return slices.ContainsFunc(u.outlets, func(o outlet) bool { return slices.Contains(o.countries, country) })
	})
	if len(unserved) > 0 {
		all = append(all, fmt.Sprintf("no provider serves %s: set another one in sms.fallback, or take it out of phone.countries", some(unserved)))
	}
	served := slices.DeleteFunc(slices.Clone(u.config.Phone.Countries), func(country string) bool { return slices.Contains(unserved, country) })
	for _, what := range among(served, u.takes) {
		all = append(all, fmt.Sprintf("no template fits %s: have one approved, or let one that is there be for more messages", what))
	}
	for _, o := range u.outlets {
		if o.filing != nil {
			all = append(all, o.templateWarnings(u.config)...)
		}
		all = append(all, o.longTexts(u.config)...)
	}
	return append(all, u.config.redisWarnings()...)
}

// takes reports whether some provider would send such a message.
func (u *checkup) takes(k kind) bool {
	return slices.ContainsFunc(u.outlets, func(o outlet) bool { return o.takes(k) })
}

func (o outlet) templateWarnings(c *config) []string {
	var all []string
	for _, i := range o.idle() {
		why := "those before it fit all that it fits"
		if lone := (outlet{countries: o.countries, table: o.table[i : i+1]}); !lone.used(0) {
			why = "its purpose, language or country is none of the gate's, whose purposes are " + some(purposes)
		}
		all = append(all, fmt.Sprintf("%s: no message takes %s: %s", o.name, o.table[i].ID, why))
	}
	rules := o.filing.rules
	if rules.MaxCode > 0 && c.Code.Digits > rules.MaxCode {
		all = append(all, fmt.Sprintf("%s: codes have %d digits, a template for codes takes %d: set code.digits = %d",
			o.name, c.Code.Digits, rules.MaxCode, rules.MaxCode))
	}
	for _, t := range o.table {
		if rules.MaxVariables > 0 && len(t.Variables) > rules.MaxVariables {
			all = append(all, fmt.Sprintf("%s: %s has %d variables, a template for codes has %d: it works only if it was approved as a notice",
				o.name, t.ID, len(t.Variables), rules.MaxVariables))
		}
	}
	return all
}

// longTexts names the texts that cost more than one SMS, those with the same remedy together.
func (o outlet) longTexts(c *config) []string {
	labels, countries := map[string][]string{}, map[string][]string{}
	var order []string
	for _, s := range o.specimens {
		if s.takes.Segments == 1 {
			continue
		}
		key := fmt.Sprintf("%d SMS%s", s.takes.Segments, o.remedy(c, s))
		if !slices.Contains(order, key) {
			order = append(order, key)
		}
		labels[key] = union(labels[key], s.label)
		countries[key] = union(countries[key], s.countries...)
	}
	all := make([]string, 0, len(order))
	for _, key := range order {
		to := ""
		if len(countries[key]) < len(o.countries) {
			to = " to " + some(countries[key])
		}
		all = append(all, fmt.Sprintf("%s: what is sent as %s%s takes %s", o.name, some(labels[key]), to, key))
	}
	return all
}

// remedy says what makes a text shorter.
func (o outlet) remedy(c *config, s specimen) string {
	brand := segment.Foreign(c.Code.Brand)
	foreign := slices.ContainsFunc(segment.Foreign(s.text), func(r rune) bool { return !slices.Contains(brand, r) })
	switch {
	case o.filing != nil:
		return ": have a shorter one approved"
	case !foreign && s.takes.Encoding == segment.UCS2:
		return fmt.Sprintf(", since %s is not in GSM-7: leave that out of code.brand", string(brand))
	case strings.Contains(s.text, "\n"):
		return ": shorten code.brand, or unset code.webotp_host"
	default:
		return ": shorten code.brand"
	}
}

// union adds what is not there yet.
func union(to []string, items ...string) []string {
	for _, item := range items {
		if !slices.Contains(to, item) {
			to = append(to, item)
		}
	}
	return to
}
