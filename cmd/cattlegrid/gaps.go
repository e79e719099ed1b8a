package main

import (
	"slices"
	"strings"

	"github.com/cattlegrid/cattlegrid"
)

// purposes are those of a gate that is not told others.
var purposes = []string{"register", "login", "reset"}

// kind is a kind of messages, as templates tell them apart.
type kind struct{ purpose, lang, country string }

func (k kind) message() cattlegrid.Message {
	return cattlegrid.Message{Purpose: k.purpose, Lang: k.lang, Country: k.country}
}

// takes reports whether the provider would send such a message.
func (o outlet) takes(k kind) bool {
	if !slices.Contains(o.countries, k.country) {
		return false
	}
	if o.filing == nil {
		return true
	}
	_, err := o.table.For(k.message())
	return err == nil
}

// among lists what is not taken in these countries: "reset in en, es to CN".
func among(countries []string, takes func(kind) bool) []string {
	missing := func(country string) string {
		langs := func(purpose string) string {
			return list(slices.DeleteFunc(slices.Clone(cattlegrid.Languages), func(lang string) bool {
				return takes(kind{purpose, lang, country})
			}), cattlegrid.Languages, "any language")
		}
		var phrases []string
		for _, group := range groups(purposes, langs) {
			if in := langs(group[0]); in != "" {
				phrases = append(phrases, list(group, purposes, "anything")+" in "+in)
			}
		}
		return strings.Join(phrases, ", and ")
	}
	var all []string
	for _, group := range groups(countries, missing) {
		if what := missing(group[0]); what != "" {
			all = append(all, what+" to "+some(group))
		}
	}
	return all
}

// list joins items, or says that they are all.
func list(items, whole []string, name string) string {
	if len(items) == len(whole) {
		return name
	}
	return strings.Join(items, ", ")
}

// some joins items, but not too many.
func some(items []string) string {
	const most = 8
	if len(items) > most {
		return strings.Join(items[:most], ", ") + "…"
	}
	return strings.Join(items, ", ")
}

// idle are the templates that no message takes, by their places in the table.
func (o outlet) idle() []int {
	idle := make([]int, 0, len(o.table))
	for i := range o.table {
		if !o.used(i) {
			idle = append(idle, i)
		}
	}
	return idle
}

// used reports whether some message takes the template that stands there, and so none before it.
func (o outlet) used(i int) bool {
	for _, purpose := range purposes {
		for _, lang := range cattlegrid.Languages {
			for _, country := range o.countries {
				m := kind{purpose, lang, country}.message()
				_, before := o.table[:i].For(m)
				_, within := o.table[:i+1].For(m)
				if before != nil && within == nil {
					return true
				}
			}
		}
	}
	return false
}
