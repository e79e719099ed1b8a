package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/cattlegrid/cattlegrid/segment"
)

// String is the checkup for people.
func (u *checkup) String() string {
	var b strings.Builder
	c := u.config
	fmt.Fprintf(&b, "Messages to %s go %s. Codes have %d digits and live %v, the brand is %s.\n",
		some(c.Phone.Countries), u.way(), c.Code.Digits, c.Code.Lifetime, c.Code.Brand)
	for i, o := range u.outlets {
		fmt.Fprintf(&b, "\n%d. %s\n\n", i+1, o.name)
		if o.filing != nil {
			b.WriteString(o.printTemplates())
		} else {
			b.WriteString(o.printTexts())
		}
		if c.prices != nil && len(o.countries) > 0 {
			fmt.Fprintf(&b, "\n%v", o.prices(c.prices))
		}
		if left := among(o.countries, o.takes); len(left) > 0 && len(u.outlets) > 1 {
			fmt.Fprintf(&b, "\n   It leaves to others %s.\n", strings.Join(left, "; "))
		}
	}
	fmt.Fprintf(&b, "\n%s", keyTable(c.Keys.Step, u.keys))
	warnings := u.warnings()
	if len(warnings) > 0 {
		b.WriteString("\n")
	}
	for _, w := range warnings {
		fmt.Fprintf(&b, "warning: %s\n", w)
	}
	b.WriteString("\nNo mistake was found.\n")
	return b.String()
}

// way says in which order providers are asked.
func (u *checkup) way() string {
	c := u.config.SMS
	if len(c.Fallback) == 0 {
		return "by " + c.Provider
	}
	names := u.config.senderNames()
	switch c.Order {
	case "price":
		return "by the cheapest of " + strings.Join(names, ", ")
	case "adaptive":
		return "by whoever does best of " + strings.Join(names, ", ")
	default:
		return "by " + strings.Join(names, ", then by ")
	}
}

func (o outlet) printTemplates() string {
	table := append(make(columns, 0, 1+len(o.table)), []string{
		"purpose", "lang", "country", "id", "variables", "text", "SMS", "characters", "encoding", "signature",
	})
	unknown := false
	for _, t := range o.table {
		text, sms, characters, encoding := "not given", "?", "?", "?"
		if s, ok := o.specimen(t.ID, ""); ok && t.Text != "" {
			text, sms, characters, encoding = "compared", strconv.Itoa(s.takes.Segments), room(s.takes), s.takes.Encoding.String()
		} else {
			unknown = true
		}
		table = append(table, []string{
			orAny(t.Purpose), orAny(t.Lang), orAny(t.Country), t.ID, strings.Join(t.Variables, ", "), text, sms, characters, encoding, t.Signature,
		})
	}
	if !unknown {
		return table.String()
	}
	return table.String() + "\n   A text that is not given is not compared. Put it, as it was approved, into the file of sms.templates.\n"
}

func orAny(text string) string {
	if text == "" {
		return "any"
	}
	return text
}

func (o outlet) printTexts() string {
	perCountry := slices.ContainsFunc(o.specimens, func(s specimen) bool { return len(s.countries) < len(o.countries) })
	var table columns
	add := func(lang, countries string, cells ...string) {
		if perCountry {
			cells = append([]string{countries}, cells...)
		}
		table = append(table, append([]string{lang}, cells...))
	}
	add("lang", "country", "SMS", "characters", "encoding", "not in GSM-7", "text")
	for _, s := range o.specimens {
		add(s.label, some(s.countries), strconv.Itoa(s.takes.Segments), room(s.takes), s.takes.Encoding.String(), s.foreign(), s.line())
	}
	return table.String()
}

// room is how much of its SMS a text fills.
func room(i segment.Info) string { return fmt.Sprintf("%d of %d", i.Units, i.Units+i.Left) }

// prices is what each message costs in each country. Those with the same prices share a line.
func (o outlet) prices(list *priceList) columns {
	var labels []string
	for _, s := range o.specimens {
		if !slices.Contains(labels, s.label) {
			labels = append(labels, s.label)
		}
	}
	line := func(country string) []string {
		price := list.of(o.name, country)
		cells := append(make([]string, 0, 1+len(labels)), price.String())
		for _, label := range labels {
			cell := "-"
			if s, ok := o.specimen(label, country); ok {
				cell = (price * amount(s.takes.Segments)).String()
			}
			cells = append(cells, cell)
		}
		return cells
	}
	alike := groups(o.countries, func(country string) string { return strings.Join(line(country), " ") })
	table := append(make(columns, 0, 1+len(alike)), append([]string{"price in " + list.Currency, "one SMS"}, labels...))
	for _, same := range alike {
		table = append(table, append([]string{some(same)}, line(same[0])...))
	}
	return table
}
