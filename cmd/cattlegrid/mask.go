package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"strings"
)

// secret reports whether the value, or a part of it, must not be printed. Such values can be read from files.
func (s setting) secret() bool { return s.mask != "" }

// value returns the value in c.
func (s setting) value(c *config) any {
	root := reflect.ValueOf(c)
	if s.limit != "" {
		root = reflect.ValueOf(c.Guard.Limits[s.limit])
	}
	return root.Elem().FieldByIndex(s.index).Interface()
}

// toml returns the value in c as TOML, masked.
func (s setting) toml(c *config) string {
	value := s.value(c)
	switch v := value.(type) {
	case string:
		value = s.masked(v)
	case duration:
		value = v.String()
	case amount:
		return v.String()
	case []string:
		value = append([]string{}, v...) // an empty list rather than null
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return `""` // not for strings, numbers, booleans and lists of strings
	}
	// JSON's spelling of these is TOML's, but for one control character.
	return strings.ReplaceAll(strings.TrimSpace(b.String()), "\x7f", `\u007f`)
}

// shown is the value in c as a message may repeat it.
func (s setting) shown(c *config) string {
	return quote(s.masked(fmt.Sprint(s.value(c))))
}

// exampleTOML is the example as it is written in the file.
func (s setting) exampleTOML() string {
	c := defaults()
	if err := s.set(c, s.example, origin{}); err != nil {
		return s.example
	}
	return s.toml(c)
}

// masked hides what is secret about a value.
func (s setting) masked(value string) string {
	if value == "" || !s.secret() {
		return value
	}
	u, err := url.Parse(value)
	if s.mask == "all" || err != nil || u.Host == "" && u.Scheme != "unix" {
		return "********"
	}
	// A name without a password may be a password in the wrong place, and tokens travel in queries.
	if _, ok := u.User.Password(); !ok && u.User != nil {
		u.User = url.User("xxxxx")
	}
	if u.RawQuery != "" {
		u.RawQuery = "xxxxx"
	}
	u.Fragment, u.RawFragment = "", ""
	return u.Redacted()
}
