package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cattlegrid/cattlegrid/guard"
	"github.com/cattlegrid/cattlegrid/phone"
	"github.com/cattlegrid/cattlegrid/work"
)

const (
	maxKnown       = 1_000_000
	maxTestNumbers = 1_000
)

func (v *verdict) checkGuard() {
	g := v.c.Guard
	before := len(v.wrong)
	v.oneOf("guard.mode", g.Mode, "enforce", "observe")
	v.checkRules()
	v.upTo("guard.known.prefix", g.Known.Prefix, maxKnown)
	v.upTo("guard.known.segment", g.Known.Segment, maxKnown)
	v.upTo("guard.known.country", g.Known.Country, maxKnown)
	v.upTo("guard.work.count", g.Work.Count, work.MaxCount)
	v.upTo("guard.work.bits", g.Work.Bits, work.MaxBits)
	v.upTo("guard.work.alone_bits", g.Work.AloneBits, work.MaxBits)
	for _, name := range g.limitNames() {
		v.checkLimit(name)
	}
	v.checkMoney()
	v.checkTestNumbers()
	if len(v.wrong) > before {
		return
	}
	// What remains: limits that do not fit together.
	if err := v.c.policy().Validate(); err != nil {
		v.wrong = append(v.wrong, fmt.Errorf("guard: %w", err))
	}
}

func (v *verdict) checkRules() {
	g := v.c.Guard
	for _, t := range g.DenyTypes {
		if (guard.Policy{Rules: guard.Rules{DenyTypes: []guard.NumberType{guard.NumberType(t)}}}).Validate() != nil {
			v.because("guard.deny_types", quote(t)+" is none of mobile, landline, premium, voip, other")
		}
	}
	v.checkPrefixes("guard.deny_prefixes", g.DenyPrefixes)
	v.checkPrefixes("guard.allow_prefixes", g.AllowPrefixes)
	v.checkNetworks("guard.deny_networks", g.DenyNetworks)
	v.checkNetworks("guard.allow_networks", g.AllowNetworks)
}

func (v *verdict) checkPrefixes(key string, prefixes []string) {
	for _, p := range prefixes {
		if (guard.Policy{Rules: guard.Rules{DenyPrefixes: []string{p}}}).Validate() != nil {
			v.because(key, quote(p)+" is not the beginning of a number, with + and country code")
		}
	}
}

func (v *verdict) checkNetworks(key string, texts []string) {
	for _, text := range texts {
		if prefix, err := parsePrefix(text); err != nil || prefix.Addr().Is4In6() {
			v.because(key, quote(text)+" is neither a network nor an address")
		}
	}
}

// checkLimit reports what is wrong with a limit that was changed or added.
func (v *verdict) checkLimit(name string) {
	l, key := v.c.Guard.Limits[name], v.firstKey(name)
	shipped, ok := defaultGuard().Limits[name]
	switch {
	case name == spendHour || name == spendDay:
		v.wrong = append(v.wrong, fmt.Errorf("%s.%s: is what guard.spend sets%s; set %s", limitsTable, name, v.at(key), strings.Replace("guard."+name, "_", ".", 1)))
		return
	case !ok && l.Act == "":
		v.wrong = append(v.wrong, fmt.Errorf("%s: there is no limit %s%s; the nearest is %s. A new one needs act, per, max and window",
			limitsTable, quote(name), v.at(key), nearestVariable(name, defaultGuard().limitNames())))
		return
	case ok && (l.Act != shipped.Act || l.Per != shipped.Per || l.Of != shipped.Of || l.Cold != shipped.Cold):
		v.wrong = append(v.wrong, fmt.Errorf("%s.%s: what a limit that there is counts cannot be changed%s; add one with another name, and set off = true here",
			limitsTable, name, v.at(key)))
		return
	case l.Off || ok && *l == *shipped:
		return
	}
	if !isAct(l.Act) {
		v.because(limitsTable+"."+name+".act", quote(l.Act)+" is none of challenge, send, wrong_code, work_alone")
		return
	}
	// With this limit alone changed, to name the culprit.
	alone := *v.c
	alone.Guard = defaultGuard()
	alone.Guard.Limits[name] = l
	if err := alone.policy().Validate(); err != nil {
		v.because(key, err.Error())
		return
	}
}

func isAct(act string) bool {
	for _, list := range limitLists(new(guard.Policy)) {
		if string(list.act) == act {
			return true
		}
	}
	return false
}

// firstKey is a key of a limit that was set, which a message can name.
func (v *verdict) firstKey(name string) string {
	key := limitsTable + "." + name + ".max"
	for _, s := range slices.Backward(limitSettings(name)) {
		if v.c.origins[s.key].kind > byRule {
			key = s.key
		}
	}
	return key
}

func (v *verdict) checkTestNumbers() {
	c := v.c
	wrong := func(number, what string) {
		err := testNumberSetting().mistake(what, c.origins[testNumbersTable+"."+number])
		v.wrong = append(v.wrong, err)
	}
	numbers := c.testNumbers()
	if len(numbers) == 0 {
		return
	}
	if !c.Dev && !c.Guard.AllowTestNumbers {
		v.wrong = append(v.wrong, fmt.Errorf("%s: whoever knows such a number and its code is let in%s; that is for development: set dev,"+
			" or allow_test_numbers = true in [guard]", testNumbersTable, v.at(testNumbersTable+"."+numbers[0])))
	}
	if len(numbers) > maxTestNumbers {
		v.wrong = append(v.wrong, fmt.Errorf("%s: there are %d, want at most %d", testNumbersTable, len(numbers), maxTestNumbers))
		return
	}
	parser, err := phone.New(phone.Options{Region: c.Phone.Region, Countries: c.Phone.Countries, Any: true})
	if err != nil {
		return // said already
	}
	for _, number := range numbers {
		if parsed, err := parser.Parse(number); err != nil || parsed.E164() != number {
			wrong(number, "the number is none, with + and country code, that anybody can have")
		}
		if !isCode(c.Guard.TestNumbers[number], c.Code.Digits) {
			wrong(number, fmt.Sprintf("the code has not %d digits, as code.digits says%s", c.Code.Digits, v.at("code.digits")))
		}
	}
}

func isCode(code string, digits int) bool {
	return len(code) == digits && strings.Trim(code, "0123456789") == ""
}
