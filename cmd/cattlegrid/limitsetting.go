package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// Tables whose keys are names. What stands in them are settings like all others, but for the list of settings.
const (
	limitsTable      = "guard.limits"
	testNumbersTable = "guard.test_numbers"
)

// limitSettings lists the keys of a limit.
func limitSettings(name string) []setting {
	return limitSettingsOf(name, defaultGuard().Limits[name])
}

// limitSettingsOf lists the keys of a limit that ships as it is given, or does not.
func limitSettingsOf(name string, shipped *limitConfig) []setting {
	parent := setting{
		key: limitsTable + "." + name + ".",
		env: envPrefix + "GUARD_LIMITS_" + strings.ToUpper(name) + "_",
	}
	all := settingsOf(reflect.TypeFor[limitConfig](), parent)
	for i := range all {
		all[i].limit = name
		if s := &all[i]; shipped != nil && lastPart(s.key) != "off" {
			s.example = fmt.Sprint(reflect.ValueOf(*shipped).FieldByIndex(s.index))
		}
	}
	return all
}

// testNumberSetting is what is said about the code of any test number. It does not repeat the number.
func testNumberSetting() setting {
	return setting{key: testNumbersTable, kind: reflect.TypeFor[string](), literal: `"+8613800138000" = "123456"`}
}

// find returns the setting of a key, which may be in a table.
func find(key string) (setting, bool) {
	all := settings()
	if rest, ok := strings.CutPrefix(key, limitsTable+"."); ok {
		name, _, _ := strings.Cut(rest, ".")
		all = limitSettings(name)
	} else if strings.HasPrefix(key, testNumbersTable+".") {
		return testNumberSetting(), true
	}
	i := slices.IndexFunc(all, func(s setting) bool { return s.key == key })
	if i < 0 {
		return setting{}, false
	}
	return all[i], true
}

// everySetting lists all keys, those of limits too.
func (c *config) everySetting() []setting {
	all, shipped := settings(), defaultGuard().Limits
	for _, name := range c.Guard.limitNames() {
		all = append(all, limitSettingsOf(name, shipped[name])...)
	}
	return all
}

// asTable says how to write what is a table, if key is one.
func asTable(key string) (example string, ok bool) {
	rest, isLimit := strings.CutPrefix(key, limitsTable+".")
	switch {
	case key == testNumbersTable:
		return testNumberSetting().literal + " in [" + testNumbersTable + "]", true
	case key == limitsTable:
		return "sends_per_client_hour.max = 40 in [" + limitsTable + "]", true
	case isLimit && !strings.Contains(rest, "."):
		return rest + ".max = 40 in [" + limitsTable + "]", true
	default:
		return "", false
	}
}

// shownKey is the key as a message may repeat it: without a test number.
func shownKey(key string) string {
	if strings.HasPrefix(key, testNumbersTable+".") {
		return "a number in " + testNumbersTable
	}
	return key
}

var bareKey = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// tomlKey is a name as it stands before "=".
func tomlKey(name string) string {
	if bareKey.MatchString(name) {
		return name
	}
	quoted, err := json.Marshal(name)
	if err != nil {
		return `""` // not for a string
	}
	return strings.ReplaceAll(string(quoted), "\x7f", `\u007f`)
}

// limitTOML is a limit as one line of the file, with what the default policy does not say left out, and where what was
// changed was set.
func (c *config) limitTOML(name string, shipped *limitConfig) (table, from string) {
	var fields, places []string
	at := map[string][]string{} // fields by places
	off := c.Guard.Limits[name].Off
	for _, s := range limitSettingsOf(name, shipped) {
		field := lastPart(s.key)
		place, set := c.origins[s.key]
		if set || !off && !reflect.ValueOf(s.value(c)).IsZero() && (shipped == nil || !isFixed(field)) {
			fields = append(fields, field+" = "+s.toml(c))
		}
		if set {
			if at[place.String()] == nil {
				places = append(places, place.String())
			}
			at[place.String()] = append(at[place.String()], field)
		}
	}
	for i, place := range places {
		if len(at[place]) < len(fields) {
			places[i] = strings.Join(at[place], ", ") + ": " + place
		}
	}
	from = strings.Join(places, "; ")
	if from == "" {
		from = origin{}.String()
	}
	if len(fields) == 0 {
		return "{}", from
	}
	return "{ " + strings.Join(fields, ", ") + " }", from
}

// isFixed reports whether a key of a limit says what the limit counts, which the name of a shipped one says already.
func isFixed(field string) bool {
	return slices.Contains([]string{"act", "per", "of", "cold", "coarse"}, field)
}

// tablesTOML is what stands in the tables.
func (c *config) tablesTOML(line func(key, value, comment string), section func(name string)) {
	section(limitsTable)
	shipped := defaultGuard().Limits
	for _, name := range c.Guard.limitNames() {
		table, from := c.limitTOML(name, shipped[name])
		line(tomlKey(name), table, from)
	}
	if len(c.Guard.TestNumbers) == 0 {
		return
	}
	section(testNumbersTable)
	for _, number := range c.testNumbers() {
		line(tomlKey(number), `"********"`, fmt.Sprint(c.origins[testNumbersTable+"."+number]))
	}
}
