package simulate

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/cattlegrid/cattlegrid/internal/chart"
)

// The layout of a chart, in pixels.
const (
	maxColumns  = 288 // more could not be told apart
	rulesShown  = 8
	ruleHeight  = 20
	firstPanel  = 168
	panelMargin = 50
)

// SVG draws the course of the run: a picture of some twenty kilobytes without fonts or scripts, for light and dark pages,
// in colours that everybody can tell apart.
func (r *Result) SVG() []byte {
	c := &picture{result: r}
	c.columnsOf(max(1, (len(r.Bins)+maxColumns-1)/maxColumns))
	y := firstPanel
	y = c.traffic(y, 150)
	y = c.visitors(y, 110)
	y = c.pass(y, 64)
	y = c.money(y, 90)
	c.times(y - panelMargin + 16)
	y = c.rules(y + 16)
	c.attack(y)
	c.head()
	return c.SVG(y, c.summary())
}

// picture is a chart of a run being drawn.
type picture struct {
	chart.Chart

	result *Result
	group  int // bins in one column
}

// columnsOf has so many bins in one column.
func (c *picture) columnsOf(group int) {
	c.group = group
	c.Columns = max(1, (len(c.result.Bins)+group-1)/group)
}

// head writes the title and the figures.
func (c *picture) head() {
	r := c.result
	tiles := [][2]string{
		{chart.Whole(r.FraudTotal), "fraudulent messages"},
		{chart.Short(r.FraudPerHour), "an hour, contained"},
		{r.contained(), "until contained"},
		{percent(r.LegitPass), "of visitors got a code"},
		{r.Currency + " " + chart.Short(r.FraudSpend), "lost to fraud"},
	}
	if r.LegitPassDuringAttack != nil {
		tiles[3] = [2]string{percent(*r.LegitPassDuringAttack), "got a code, attacked"}
	}
	if r.ContainedAfter < 0 {
		tiles[1][1] = "an hour"
	}
	if len(r.Bins) > 0 && r.attack == (span{}) {
		tiles[1], tiles[2] = [2]string{percent(r.LegitHarder), "met a harder challenge"}, [2]string{chart.Whole(r.LegitWanted), "wanted a code"}
	}
	c.Head(r.Name, r.About, tiles...)
}

// summary is what the picture says, for who does not see it.
func (c *picture) summary() string {
	r := c.result
	return fmt.Sprintf("%s: %d fraudulent messages of %d attempts, %s of visitors got a code", r.Name, r.FraudTotal, r.Attempts, percent(r.LegitPass))
}

// sums adds up a figure of the bins of each column.
func (c *picture) sums(of func(Bin) int) []float64 {
	sums := make([]float64, c.Columns)
	for i, b := range c.result.Bins {
		sums[i/c.group] += float64(of(b))
	}
	return sums
}

// rolling is a figure over the hour before the end of each bin, of each column the most.
func (c *picture) rolling(of func(Bin) int) []float64 {
	const hour = int(time.Hour / binWidth)
	most := make([]float64, c.Columns)
	sum := 0
	for i, b := range c.result.Bins {
		sum += of(b)
		if i >= hour {
			sum -= of(c.result.Bins[i-hour])
		}
		most[i/c.group] = max(most[i/c.group], float64(sum))
	}
	return most
}

// xAt is where a moment since the begin lies.
func (c *picture) xAt(since time.Duration) float64 {
	return chart.Left + float64(since)/float64(max(1, c.result.duration))*(chart.Right-chart.Left)
}

// traffic draws attempts and fraud of the hour before each moment, on a scale of powers of ten.
func (c *picture) traffic(top, height int) (next int) {
	attempts, fraud := c.rolling(func(b Bin) int { return b.Attempts }), c.rolling(func(b Bin) int { return b.Fraud })
	decades := 2
	for _, a := range attempts {
		for math.Pow10(decades) < a {
			decades++
		}
	}
	scale := func(v float64) float64 {
		if v < 1 {
			return float64(top + height)
		}
		// One is a little above nothing.
		return float64(top+height) - (0.5+math.Log10(v))/(0.5+float64(decades))*float64(height)
	}
	ticks := make([]string, decades+1)
	for i := range ticks {
		ticks[i] = chart.Whole(int(math.Pow10(i)))
	}
	c.Panel(top, height, "In the hour before", ticks, func(i int) float64 { return scale(math.Pow10(i)) },
		[2]string{"fraud", "fraudulent messages"}, [2]string{"tries", "attempts"})
	c.Area("tries", attempts, nil, scale)
	c.Area("fraud pale", fraud, nil, scale)
	c.Line("fraudline thick", fraud, scale)
	c.Printf(`<path class="mark dash" d="M%d %sH%d"/>`, chart.Left, chart.Pixel(scale(bearable)), chart.Right)
	c.Text(chart.Right, int(scale(bearable))-4, "small end", strconv.Itoa(bearable))
	return top + height + panelMargin
}

// visitors draws how many came, and what became of them.
func (c *picture) visitors(top, height int) (next int) {
	// Wider columns than the other plots have: in five minutes too few come.
	const wide = 3
	fine := c.group
	c.columnsOf(fine * wide)
	defer c.columnsOf(fine)
	passed, wanted := c.sums(func(b Bin) int { return b.Passed }), c.sums(func(b Bin) int { return b.Wanted })
	scale, ticks, at := chart.Linear(wanted, top, height, func(v float64) string { return chart.Whole(int(v)) })
	c.Panel(top, height, "Visitors in "+spell(time.Duration(c.group)*binWidth), ticks, at, [2]string{"fraud", "refused"}, [2]string{"legit", "got a code"})
	c.Area("legit", passed, nil, scale)
	c.Area("fraud", wanted, passed, scale)
	return top + height + panelMargin
}

// pass draws the share of visitors who got a code, of half an hour each.
func (c *picture) pass(top, height int) (next int) {
	passed, wanted := c.sums(func(b Bin) int { return b.Passed }), c.sums(func(b Bin) int { return b.Wanted })
	reach := max(1, int(30*time.Minute/binWidth)/c.group)
	share := make([]float64, len(wanted))
	for i := range share {
		p, w := 0.0, 0.0
		for j := max(0, i-reach/2); j <= min(len(share)-1, i+reach/2); j++ {
			p, w = p+passed[j], w+wanted[j]
		}
		share[i] = 1
		if w > 0 {
			share[i] = p / w
		}
	}
	scale := func(v float64) float64 { return float64(top+height) - v*float64(height) }
	ticks := []string{"0 %", "50 %", "100 %"}
	c.Panel(top, height, "Share of visitors who got a code", ticks, func(i int) float64 { return scale(float64(i) / 2) })
	c.Line("legitline thick", share, scale)
	return top + height + panelMargin
}

// money draws what was spent so far.
func (c *picture) money(top, height int) (next int) {
	spend, lost := c.sums(func(b Bin) int { return b.Spend }), c.sums(func(b Bin) int { return b.Lost })
	honest := make([]float64, len(spend))
	for i := range spend {
		spend[i], lost[i] = spend[i]/10_000, lost[i]/10_000
		if i > 0 {
			spend[i], lost[i] = spend[i]+spend[i-1], lost[i]+lost[i-1]
		}
		honest[i] = spend[i] - lost[i]
	}
	scale, ticks, at := chart.Linear(spend, top, height, chart.Short)
	c.Panel(top, height, "Spent so far, "+c.result.Currency, ticks, at, [2]string{"fraud", "on fraud"}, [2]string{"legit", "on visitors"})
	c.Area("legit", honest, nil, scale)
	c.Area("fraud", spend, honest, scale)
	return top + height + panelMargin
}

// times writes the time of day, or the day, beneath the last plot.
func (c *picture) times(y int) {
	total := c.result.duration
	step, name := 3*time.Hour, func(d time.Duration) string { return fmt.Sprintf("%02d:00", int(d.Hours())%24) }
	switch {
	case total > 2*day:
		step, name = day, func(d time.Duration) string { return fmt.Sprintf("day %d", int(d/day)+1) }
	case total < 3*time.Hour:
		step, name = max(time.Minute, total/6).Truncate(time.Minute), func(d time.Duration) string { return spell(d) }
	}
	for d := time.Duration(0); d <= total; d += step {
		c.Text(int(c.xAt(d)), y, "small soft mid", name(d))
	}
}

// attack shades the time of the attack, down to a height.
func (c *picture) attack(int) {
	a := c.result.attack
	if a == (span{}) {
		return
	}
	from, to := c.xAt(a.start), c.xAt(a.end)
	const bottom = firstPanel + 150 + 110 + 64 + 90 + 3*panelMargin
	c.Underf(`<rect x="%s" y="%d" width="%s" height="%d" class="attack"/>`, chart.Pixel(from), firstPanel, chart.Pixel(to-from), bottom-firstPanel)
	c.Text(int(from)+5, firstPanel+14, "small soft", "attack")
}

// rules lists what stood against whom most often.
func (c *picture) rules(top int) (bottom int) {
	rules := c.result.Rules
	rules = rules[:min(len(rules), rulesShown)]
	if len(rules) == 0 {
		return top
	}
	c.Text(24, top, "name", "Rules that stood against somebody")
	c.Text(520, top, "small soft end", "attackers")
	c.Text(600, top, "small soft end", "visitors")
	most := 1.0
	for _, r := range rules {
		most = max(most, math.Log10(1+float64(r.times())))
	}
	for i, r := range rules {
		y := top + (i+1)*ruleHeight
		attackers, visitors := r.Attackers.More+r.Attackers.Refused, r.Visitors.More+r.Visitors.Refused
		c.Text(24, y, "small", r.Name)
		c.Text(520, y, "small end", chart.Whole(attackers))
		c.Text(600, y, "small end", chart.Whole(visitors))
		length := func(n int) string { return chart.Pixel(math.Log10(1+float64(n)) / most * (chart.Right - 616)) }
		c.Printf(`<rect x="616" y="%d" width="%s" height="5" class="fraud"/><rect x="616" y="%d" width="%s" height="5" class="legit"/>`,
			y-11, length(attackers), y-5, length(visitors))
	}
	return top + (len(rules)+1)*ruleHeight
}
