package main

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/caarlos0/env/v11"
)

const envPrefix = "CATTLEGRID_"

// setting is one key of the configuration, as the tags of config describe it.
type setting struct {
	key     string // in the file: "sms.webhook.url"
	env     string // in the environment: "CATTLEGRID_SMS_WEBHOOK_URL"
	example string // a value that works, as written in the environment
	recipe  string // the command that makes a value, for secrets
	mask    string // "all" or "url" if the value, or a part of it, must not be printed
	index   []int  // of the field in config
	kind    reflect.Type
	limit   string // the limit whose field it is; "" if it is one of config
	literal string // an example as written in the file, with its key, if no example can be made of one for the environment
}

// settings lists all keys, in the order of config.
func settings() []setting {
	return settingsOf(reflect.TypeFor[config](), setting{env: envPrefix})
}

func settingsOf(t reflect.Type, parent setting) []setting {
	var all []setting
	for f := range t.Fields() {
		if !f.IsExported() || f.Type.Kind() == reflect.Map {
			continue // what stands in a table has no field of its own, see find
		}
		s := setting{
			key:     parent.key + f.Tag.Get("toml"),
			env:     parent.env + f.Tag.Get("env"),
			example: f.Tag.Get("example"),
			recipe:  f.Tag.Get("recipe"),
			mask:    f.Tag.Get("mask"),
			index:   slices.Concat(parent.index, f.Index),
			kind:    f.Type,
		}
		if f.Type.Kind() == reflect.Struct {
			all = append(all, settingsOf(f.Type, setting{key: s.key + ".", env: parent.env + f.Tag.Get("envPrefix"), index: s.index})...)
			continue
		}
		all = append(all, s)
	}
	return all
}

// section splits the key at its last dot: "sms.webhook", "url".
func (s setting) section() (section, name string) {
	i := strings.LastIndexByte(s.key, '.')
	if s.limit != "" {
		i = len(limitsTable)
	}
	return s.key[:max(i, 0)], s.key[i+1:]
}

// set reads text into c.
func (s setting) set(c *config, text string, from origin) error {
	if s.kind.Kind() == reflect.Slice {
		items := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || unicode.IsSpace(r) })
		text = strings.Join(items, ",")
	}
	// One variable at a time, so that an error belongs to it.
	var target any = c
	prefix := envPrefix
	if s.limit != "" {
		if c.Guard.Limits[s.limit] == nil {
			c.Guard.Limits[s.limit] = &limitConfig{}
		}
		target, prefix = c.Guard.Limits[s.limit], strings.TrimSuffix(s.env, strings.ToUpper(lastPart(s.key)))
	}
	err := env.ParseWithOptions(target, env.Options{Environment: map[string]string{s.env: text}, Prefix: prefix})
	if err != nil {
		return s.mistake(quote(text)+" "+s.expectation(), from)
	}
	c.origins[s.key] = from
	return nil
}

// mistake says what is wrong with s, where it was set, and what would work.
func (s setting) mistake(what string, from origin) error {
	if from.kind != byDefault {
		what += " (" + from.String() + ")"
	}
	return fmt.Errorf("%s: %s; %s", s.key, what, from.example(s))
}

// mistake says what is wrong with s in a configuration that is in force.
func (c *config) mistake(s setting, what string) error {
	err := s.mistake(what, c.origins[s.key])
	if c.origins["dev"].kind == byRule {
		err = fmt.Errorf("%w, with CATTLEGRID_DEV=true to stay in development mode", err)
	}
	return err
}

// expectation says what a value is not if it cannot be read.
func (s setting) expectation() string {
	switch {
	case s.kind == reflect.TypeFor[duration]():
		return "is not a duration"
	case s.kind == reflect.TypeFor[amount]():
		return fmt.Sprintf("is not an amount of 0 to %d with at most %d decimals", maxAmount/unitAmount, decimals)
	case s.kind.Kind() == reflect.Bool:
		return "is not true or false"
	case s.kind.Kind() == reflect.Int:
		return "is not a whole number"
	case s.kind.Kind() == reflect.Float64:
		return "is not a number"
	case s.kind.Kind() == reflect.Slice:
		return "is not a list of strings"
	default:
		return "is not a string"
	}
}

// quote repeats what was typed, if it is not too long.
func quote(text string) string {
	const most = 100
	if r := []rune(text); len(r) > most {
		text = string(r[:most]) + "…"
	}
	return strconv.Quote(text)
}
