package main

import (
	"slices"
	"strings"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/segment"
)

// specimen is a message as it arrives, with a code that is nobody's.
type specimen struct {
	label     string   // its language, or the ID of its template
	countries []string // that it goes to
	text      string
	takes     segment.Info
}

func newSpecimen(label string, countries []string, text string) specimen {
	return specimen{label: label, countries: countries, text: text, takes: segment.Count(text)}
}

// sampleCode is as long as codes are.
func (c *config) sampleCode() string { return "12345678"[:c.Code.Digits] }

// written is the gate's own text in each language.
func (o outlet) written(c *config) []specimen {
	all := make([]specimen, 0, len(cattlegrid.Languages))
	for _, lang := range cattlegrid.Languages {
		for _, countries := range groups(o.countries, c.hostFor) {
			text := cattlegrid.Text(lang, c.Code.Brand, c.sampleCode(), time.Duration(c.Code.Lifetime), c.hostFor(countries[0]))
			all = append(all, newSpecimen(lang, countries, text))
		}
	}
	return all
}

// hostFor is the host that a message names to browsers. As the gate has it, none is named to the mainland.
func (c *config) hostFor(country string) string {
	if country == "CN" {
		return ""
	}
	return c.Code.WebOTPHost
}

// filled is each template whose text is known.
func (o outlet) filled(c *config) []specimen {
	var all []specimen
	m := cattlegrid.Message{Code: c.sampleCode(), Lifetime: time.Duration(c.Code.Lifetime)}
	for _, t := range o.table {
		if t.Text == "" {
			continue
		}
		countries := o.countries
		if t.Country != "" {
			countries = []string{t.Country}
		}
		all = append(all, newSpecimen(t.ID, countries, t.Fill(o.filing.rules, m)))
	}
	return all
}

// specimen returns what a label stands for in a country, if that is known.
func (o outlet) specimen(label, country string) (specimen, bool) {
	i := slices.IndexFunc(o.specimens, func(s specimen) bool {
		return s.label == label && (country == "" || slices.Contains(s.countries, country))
	})
	if i < 0 {
		return specimen{}, false
	}
	return o.specimens[i], true
}

// foreign names the characters that make a text UCS-2, if it is.
func (s specimen) foreign() string {
	const most = 6
	all := segment.Foreign(s.text)
	if len(all) > most {
		return string(all[:most]) + "…"
	}
	return string(all)
}

// line is the text on one line.
func (s specimen) line() string { return strings.ReplaceAll(s.text, "\n", "⏎") }

// groups puts together the items with the same key, both in the order of the items.
func groups[K comparable](items []string, key func(string) K) [][]string {
	var all [][]string
	place := map[K]int{}
	for _, item := range items {
		i, ok := place[key(item)]
		if !ok {
			i = len(all)
			place[key(item)] = i
			all = append(all, nil)
		}
		all[i] = append(all[i], item)
	}
	return all
}
