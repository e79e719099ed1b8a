package simulate

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/cattlegrid/cattlegrid/internal/chart"
)

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
		return chart.Short(math.Ceil(r.ContainedAfter/60)) + " min"
	default:
		return chart.Short(math.Ceil(r.ContainedAfter)) + " s"
	}
}
