package simulate

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// whole is a number with thin spaces between thousands.
func whole(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "\u2009" + text[i:]
	}
	return text
}

// short is an amount with as many decimals as matter.
func short(v float64) string {
	switch {
	case v >= 100 || v == math.Trunc(v):
		return whole(int(math.Round(v)))
	case v >= 1:
		return strconv.FormatFloat(v, 'f', 1, 64)
	default:
		return strconv.FormatFloat(v, 'f', 2, 64)
	}
}

// percent is a share, rounded down: "100 %" means all.
func percent(share float64) string {
	return strconv.FormatFloat(math.Floor(share*1000+1e-9)/10, 'f', 1, 64) + " %"
}

// spell is a duration as people write it.
func spell(d time.Duration) string {
	text := d.Round(time.Second).String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	for _, unit := range []string{"h", "m", "s"} {
		text = strings.Replace(text, unit, " "+map[string]string{"h": "h", "m": "min", "s": "s"}[unit]+" ", 1)
	}
	return strings.TrimSpace(text)
}

// contained is how long it took to contain an attack.
func (r *Result) contained() string {
	switch {
	case r.attack == (span{}):
		return "–"
	case r.ContainedAfter < 0:
		return "never"
	case r.ContainedAfter > 10*60:
		return short(math.Ceil(r.ContainedAfter/60)) + " min"
	default:
		return short(math.Ceil(r.ContainedAfter)) + " s"
	}
}

// clip is a text of at most so many characters.
func clip(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most-1]) + "…"
}
