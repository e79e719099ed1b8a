// Package template says which of the templates that were filed with a provider a message takes, and whether they can work:
// providers on the mainland take no text, but the name of a template that they approved, and what to fill into it.
package template

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

// Template is one that was filed with a provider and approved.
type Template struct {
	// Purpose, Lang and Country say which messages take the template; "" is any.
	Purpose, Lang, Country string

	ID        string // as the provider names it
	Signature string // who signs, as approved, without brackets; "" if the provider signs by itself, or with the sender's own

	// Variables is what fills the template, in order: "code" or "minutes", the lifetime of the code. Where a provider's
	// variables have names, "min=minutes" says that min is filled with it; "code" is short for "code=code".
	Variables []string

	// Text is the template as it was filed. It is not sent; with it [Table.Check] can tell whether the rest is right.
	Text string
}

// Table is all templates of a provider. Of those that fit a message the first is taken.
type Table []Template

// For returns the template of a message. The error is [cattlegrid.Misconfigured].
func (t Table) For(m cattlegrid.Message) (Template, error) {
	i := slices.IndexFunc(t, func(t Template) bool {
		return (t.Purpose == "" || t.Purpose == m.Purpose) && (t.Lang == "" || t.Lang == m.Lang) && (t.Country == "" || t.Country == m.Country)
	})
	if i < 0 {
		return Template{}, &cattlegrid.SendError{
			Class: cattlegrid.Misconfigured,
			Err:   fmt.Errorf("no template fits purpose %q, language %q, country %q", m.Purpose, m.Lang, m.Country),
		}
	}
	return t[i], nil
}

// Value is what fills one variable.
type Value struct{ Name, Text string }

// Values is what a message fills the template with.
func (t Template) Values(m cattlegrid.Message) []Value {
	values := make([]Value, len(t.Variables))
	for i, v := range t.Variables {
		values[i] = Value{Name: name(v), Text: m.Code}
		if filledWith(v) == minutes {
			values[i].Text = strconv.Itoa(int(m.Lifetime / time.Minute))
		}
	}
	return values
}

// What a variable can be filled with.
const (
	code    = "code"
	minutes = "minutes"
)

// name is what a variable is called.
func name(variable string) string {
	name, _, _ := strings.Cut(variable, "=")
	return name
}

// filledWith is what fills a variable.
func filledWith(variable string) string {
	name, what, ok := strings.Cut(variable, "=")
	if !ok {
		return name
	}
	return what
}

// Validate reports the first template that cannot be used.
func (t Table) Validate() error {
	if len(t) == 0 {
		return errors.New("there is no template; want at least one with its ID and variables")
	}
	for i, one := range t {
		if err := one.validate(); err != nil {
			return fmt.Errorf("template %d: %w", i+1, err)
		}
	}
	return nil
}

func (t Template) validate() error {
	if t.ID == "" {
		return errors.New("it has no ID")
	}
	filled := map[string]bool{}
	for _, v := range t.Variables {
		what := filledWith(v)
		if what != code && what != minutes || name(v) == "" {
			return fmt.Errorf("%s has the variable %q, want %q or %q, or name=%s", t.ID, v, code, minutes, code)
		}
		filled[what] = true
	}
	if !filled[code] {
		return fmt.Errorf("%s has no variable for the code", t.ID)
	}
	return nil
}
