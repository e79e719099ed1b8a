package template

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Rules are what a provider wants of templates for codes. What is zero is not checked.
type Rules struct {
	// Placeholder is what stands around a variable in a text: "${}" around its name, "{}" around its number, from 1.
	Placeholder string
	// InOrder says that it does not matter what stands in placeholders: the first is the first variable.
	InOrder bool

	MaxText                    int // characters, of the text with its placeholders and the signature in 【】
	MinSignature, MaxSignature int // characters, without 【】

	// MaxVariables and MaxCode, in characters, bind templates that were filed as such for codes. Those that were filed as
	// notices may have more, so Check leaves them to whoever knows.
	MaxVariables, MaxCode int
}

// Check reports what is wrong with templates as they were filed, as far as their Text and Signature tell, for codes that live
// that long. It looks for what would be refused later, and for what would be sent but tell visitors something that is not so.
func (t Table) Check(r Rules, lifetime time.Duration) []error {
	var all []error
	for i, one := range t {
		for _, err := range one.check(r, lifetime) {
			all = append(all, fmt.Errorf("template %d, %s: %w", i+1, one.ID, err))
		}
	}
	return all
}

func (t Template) check(r Rules, lifetime time.Duration) []error {
	found := []error{r.signature(t.Signature)}
	if slices.ContainsFunc(t.Variables, func(v string) bool { return filledWith(v) == minutes }) && lifetime%time.Minute != 0 {
		found = append(found, fmt.Errorf("a variable is the lifetime in minutes, but codes live %v", lifetime))
	}
	if t.Text != "" {
		found = append(found, r.length(t), r.variables(t), sayLifetime(t.Text, lifetime), r.word(t))
	}
	return slices.DeleteFunc(found, func(err error) bool { return err == nil })
}

func (r Rules) signature(s string) error {
	length := utf8.RuneCountInString(s)
	switch {
	case s == "":
		return nil
	case strings.ContainsAny(s, "【】"):
		return fmt.Errorf("the signature is %s; want it without brackets", s)
	case length < r.MinSignature, r.MaxSignature > 0 && length > r.MaxSignature:
		return fmt.Errorf("the signature %s has %d characters, want %d to %d", s, length, r.MinSignature, r.MaxSignature)
	default:
		return nil
	}
}

func (r Rules) length(t Template) error {
	length := utf8.RuneCountInString(t.Text)
	if t.Signature != "" && !strings.HasPrefix(t.Text, "【") { // some providers have the signature in the text
		length += utf8.RuneCountInString("【" + t.Signature + "】")
	}
	if r.MaxText > 0 && length > r.MaxText {
		return fmt.Errorf("text and signature have %d characters, want at most %d", length, r.MaxText)
	}
	return nil
}

// placeholder matches what stands for a variable, with its name or number.
func (r Rules) placeholder() *regexp.Regexp {
	if r.Placeholder == "" {
		return nil
	}
	end := len(r.Placeholder) - 1
	return regexp.MustCompile(regexp.QuoteMeta(r.Placeholder[:end]) + `([\pL\pN_]+)` + regexp.QuoteMeta(r.Placeholder[end:]))
}

// place is a placeholder in a text.
type place struct {
	label string // name or number
	shown string
	after string // what follows it
}

func (r Rules) places(text string) []place {
	pattern := r.placeholder()
	if pattern == nil {
		return nil
	}
	found := pattern.FindAllStringSubmatchIndex(text, -1)
	all := make([]place, 0, len(found))
	for _, at := range found {
		all = append(all, place{label: text[at[2]:at[3]], shown: text[at[0]:at[1]], after: text[at[1]:]})
	}
	return all
}

// variable is which of a template's variables the i-th place is for; none is -1.
func (r Rules) variable(t Template, i int, p place) int {
	switch {
	case r.InOrder && i < len(t.Variables):
		return i
	case r.InOrder:
		return -1
	case r.Placeholder == "{}":
		number, err := strconv.Atoi(p.label)
		if err != nil || number < 1 || number > len(t.Variables) {
			return -1
		}
		return number - 1
	default:
		return slices.IndexFunc(t.Variables, func(v string) bool { return p.label == name(v) })
	}
}

var minutesFollow = regexp.MustCompile(`(?i)^` + inMinutes)

// variables wants one placeholder for each variable and, where the text speaks of minutes, the lifetime.
func (r Rules) variables(t Template) error {
	if r.Placeholder == "" {
		return nil
	}
	var shown []string
	found := map[int]bool{}
	for i, p := range r.places(t.Text) {
		shown = append(shown, p.shown)
		v := r.variable(t, i, p)
		found[v] = true
		if v >= 0 && filledWith(t.Variables[v]) != minutes && minutesFollow.MatchString(p.after) {
			return fmt.Errorf("the text speaks of minutes after %s, but that is filled with the %s", p.shown, filledWith(t.Variables[v]))
		}
	}
	if found[-1] || len(found) != len(t.Variables) {
		return fmt.Errorf("the text has the placeholders %v, the variables are %v; want one for each", shown, t.Variables)
	}
	return nil
}

// inMinutes is what follows a number of minutes.
const inMinutes = `[\s-]*(?:分钟|分鐘|(?:minutes?|mins?)\b)`

var saidMinutes = regexp.MustCompile(`(?i)(?:^|[^\d.])(\d+)` + inMinutes)

// sayLifetime wants a text to say how long codes live, if it says how long.
func sayLifetime(text string, lifetime time.Duration) error {
	for _, match := range saidMinutes.FindAllStringSubmatch(text, -1) {
		if said, err := strconv.Atoi(match[1]); err != nil || time.Duration(said)*time.Minute != lifetime {
			return fmt.Errorf("the text says %s minutes, but codes live %v", match[1], lifetime)
		}
	}
	return nil
}

// words are what providers tell texts with codes by, in Chinese and English.
var words = []string{"验证码", "注册码", "校验码", "动态码", "驗證碼", "code"}

func (r Rules) word(t Template) error {
	if t.Lang != "" && !strings.HasPrefix(t.Lang, "zh") && !strings.HasPrefix(t.Lang, "en") {
		return nil
	}
	text := t.Text
	if p := r.placeholder(); p != nil {
		text = p.ReplaceAllString(text, "") // a variable's name is not read by anybody
	}
	text = strings.ToLower(text)
	if slices.ContainsFunc(words, func(word string) bool { return strings.Contains(text, word) }) {
		return nil
	}
	return errors.New("the text does not say that it is about a code; want one of " + strings.Join(words, ", "))
}
