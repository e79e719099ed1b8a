package web

import (
	"slices"
	"strconv"
	"strings"
)

// The languages of the page, as [Page] and [Language] spell them.
const (
	chinese = "zh"
	english = "en"
)

// maxRanges bounds how much of an Accept-Language header is read. Browsers send fewer than ten ranges.
const maxRanges = 32

// Language picks "zh" or "en" from an Accept-Language header, see [Pick].
func Language(acceptLanguage string) string { return Pick(acceptLanguage, chinese, english) }

// Pick picks one of known languages, "zh" and "en" among them, from an Accept-Language header. The one with the highest
// quality wins, and the first named among equals. A header that names none means English when it names or refuses some
// language, since its reader is then more likely to read English; an empty header or "*" alone means Chinese.
func Pick(acceptLanguage string, known ...string) string {
	best, bestQuality, foreign := "", 0.0, false
	for range maxRanges {
		item, rest, more := strings.Cut(acceptLanguage, ",")
		tag, quality, ok := parseRange(item)
		switch {
		case !ok:
		case quality == 0:
			foreign = foreign || tag == chinese
		case slices.Contains(known, tag):
			if quality > bestQuality {
				best, bestQuality = tag, quality
			}
		case tag != "*":
			foreign = true
		}
		if !more {
			break
		}
		acceptLanguage = rest
	}
	switch {
	case best != "":
		return best
	case foreign:
		return english
	default:
		return chinese
	}
}

// parseRange reads one language range such as "zh-CN;q=0.8" into its primary tag in lower case and its quality from
// 0 to 1. It reports false for a range without a tag or with a malformed quality.
func parseRange(item string) (tag string, quality float64, ok bool) {
	tag, parameter, weighted := strings.Cut(item, ";")
	tag, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
	if tag == "" {
		return "", 0, false
	}
	if !weighted {
		return tag, 1, true
	}
	name, value, _ := strings.Cut(parameter, "=")
	if !strings.EqualFold(strings.TrimSpace(name), "q") {
		return "", 0, false
	}
	quality, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	inRange := quality >= 0 && quality <= 1 // False for NaN.
	if err != nil || !inRange {
		return "", 0, false
	}
	return tag, quality, true
}
