package simulate

import (
	"bytes"
	"fmt"
	"html"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The layout of a chart, in pixels.
const (
	chartWidth  = 880
	plotLeft    = 64
	plotRight   = chartWidth - 24
	maxColumns  = 288 // more could not be told apart
	rulesShown  = 8
	ruleHeight  = 20
	firstPanel  = 168
	panelMargin = 50
)

// SVG draws the course of the run: a picture of some twenty kilobytes without fonts or scripts, for light and dark pages,
// in colours that everybody can tell apart.
func (r *Result) SVG() []byte {
	c := &chart{result: r, group: max(1, (len(r.Bins)+maxColumns-1)/maxColumns)}
	y := firstPanel
	y = c.traffic(y, 150)
	y = c.visitors(y, 110)
	y = c.pass(y, 64)
	y = c.money(y, 90)
	c.times(y - panelMargin + 16)
	y = c.rules(y + 16)
	c.attack(y)
	c.head()

	var out bytes.Buffer
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="%s">`,
		chartWidth, y, chartWidth, y, html.EscapeString(c.summary()))
	out.WriteString(chartStyle)
	fmt.Fprintf(&out, `<rect class="page" width="%d" height="%d" rx="10"/>`, chartWidth, y)
	out.Write(c.under.Bytes())
	out.Write(c.out.Bytes())
	out.WriteString("</svg>\n")
	return out.Bytes()
}

// The colours are those of Okabe and Ito's palette, of which the fraud's and the visitors' differ in brightness too.
const chartStyle = `<style>
.page{fill:#fff}.ink,text{fill:#1f2a3d}.soft{fill:#5d6778}.tile{fill:#f2f4f7}.grid{stroke:#dde1e8}.axis{stroke:#8b94a3}
.tries{fill:#c3c9d3}.fraud{fill:#d55e00}.fraudline{stroke:#d55e00}.legit{fill:#0072b2}.legitline{stroke:#0072b2}
.attack{fill:#d55e00;fill-opacity:.07}.mark{stroke:#1f2a3d}
text{font:13px system-ui,-apple-system,"Segoe UI","PingFang SC","Noto Sans CJK SC",sans-serif}
.title{font-size:19px;font-weight:600}.big{font-size:24px;font-weight:600}.small{font-size:11.5px}.name{font-weight:600}.end{text-anchor:end}.mid{text-anchor:middle}
path,line{fill:none;stroke-width:1}.fill{stroke:none}.pale{fill-opacity:.25}.thick{stroke-width:2;stroke-linejoin:round}.dash{stroke-dasharray:4 4}
@media(prefers-color-scheme:dark){.page{fill:#12161d}.ink,text{fill:#e6e9ef}.soft{fill:#9aa4b4}.tile{fill:#1d232d}.grid{stroke:#2a313d}.axis{stroke:#6d7686}
.tries{fill:#4a5363}.fraud{fill:#f08a3c}.fraudline{stroke:#f08a3c}.legit{fill:#56b4e9}.legitline{stroke:#56b4e9}.attack{fill:#f08a3c;fill-opacity:.1}.mark{stroke:#e6e9ef}}
</style>`

// chart is a picture being drawn.
type chart struct {
	result *Result
	group  int // bins in one column
	out    bytes.Buffer
	under  bytes.Buffer // what lies beneath
}

func (c *chart) printf(format string, args ...any) { fmt.Fprintf(&c.out, format, args...) }

func (c *chart) text(x, y int, class, text string) {
	c.printf(`<text x="%d" y="%d" class="%s">%s</text>`, x, y, class, html.EscapeString(text))
}

// head writes the title and the figures.
func (c *chart) head() {
	r := c.result
	c.text(24, 36, "title", clip(r.Name, 84))
	c.text(24, 58, "soft", clip(r.About, 120))
	tiles := [][2]string{
		{whole(r.FraudTotal), "fraudulent messages"},
		{short(r.FraudPerHour), "an hour, contained"},
		{r.contained(), "until contained"},
		{percent(r.LegitPass), "of visitors got a code"},
		{r.Currency + " " + short(r.FraudSpend), "lost to fraud"},
	}
	if r.LegitPassDuringAttack != nil {
		tiles[3] = [2]string{percent(*r.LegitPassDuringAttack), "got a code, attacked"}
	}
	if r.ContainedAfter < 0 {
		tiles[1][1] = "an hour"
	}
	if len(r.Bins) > 0 && r.attack == (span{}) {
		tiles[1], tiles[2] = [2]string{percent(r.LegitHarder), "met a harder challenge"}, [2]string{whole(r.LegitWanted), "wanted a code"}
	}
	const gap = 12
	width := (plotRight - 24 - gap*(len(tiles)-1)) / len(tiles)
	for i, t := range tiles {
		x := 24 + i*(width+gap)
		c.printf(`<rect x="%d" y="74" width="%d" height="62" rx="6" class="tile"/>`, x, width)
		c.text(x+12, 104, "big", t[0])
		c.text(x+12, 124, "soft small", t[1])
	}
}

// summary is what the picture says, for who does not see it.
func (c *chart) summary() string {
	r := c.result
	return fmt.Sprintf("%s: %d fraudulent messages of %d attempts, %s of visitors got a code", r.Name, r.FraudTotal, r.Attempts, percent(r.LegitPass))
}

// columns is how many columns the plots have.
func (c *chart) columns() int { return max(1, (len(c.result.Bins)+c.group-1)/c.group) }

// sums adds up a figure of the bins of each column.
func (c *chart) sums(of func(Bin) int) []float64 {
	sums := make([]float64, c.columns())
	for i, b := range c.result.Bins {
		sums[i/c.group] += float64(of(b))
	}
	return sums
}

// rolling is a figure over the hour before the end of each bin, of each column the most.
func (c *chart) rolling(of func(Bin) int) []float64 {
	const hour = int(time.Hour / binWidth)
	most := make([]float64, c.columns())
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

// x is where a column begins.
func (c *chart) x(column int) float64 {
	return plotLeft + float64(column)/float64(c.columns())*(plotRight-plotLeft)
}

// xAt is where a moment since the begin lies.
func (c *chart) xAt(since time.Duration) float64 {
	return plotLeft + float64(since)/float64(max(1, c.result.duration))*(plotRight-plotLeft)
}

// panel draws the frame of a plot: what it shows, and a line for each tick.
func (c *chart) panel(top, height int, title string, ticks []string, at func(i int) float64, legend ...[2]string) {
	c.text(plotLeft, top-8, "name", title)
	x := plotRight
	for _, l := range legend {
		c.text(x, top-8, "small soft end", l[1])
		x -= 24 + 6*len(l[1])
		c.printf(`<rect x="%d" y="%d" width="10" height="10" rx="2" class="%s"/>`, x, top-17, l[0])
		x -= 14
	}
	for i, tick := range ticks {
		y := at(i)
		fmt.Fprintf(&c.under, `<path class="grid" d="M%d %sH%d"/>`, plotLeft, pixel(y), plotRight)
		c.text(plotLeft-8, int(y)+4, "small soft end", tick)
	}
	c.printf(`<path class="axis" d="M%d %dH%d"/>`, plotLeft, top+height, plotRight)
}

// traffic draws attempts and fraud of the hour before each moment, on a scale of powers of ten.
func (c *chart) traffic(top, height int) (next int) {
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
		ticks[i] = whole(int(math.Pow10(i)))
	}
	c.panel(top, height, "In the hour before", ticks, func(i int) float64 { return scale(math.Pow10(i)) },
		[2]string{"fraud", "fraudulent messages"}, [2]string{"tries", "attempts"})
	c.area("tries", attempts, nil, scale)
	c.area("fraud pale", fraud, nil, scale)
	c.line("fraudline thick", fraud, scale)
	c.printf(`<path class="mark dash" d="M%d %sH%d"/>`, plotLeft, pixel(scale(bearable)), plotRight)
	c.text(plotRight, int(scale(bearable))-4, "small end", strconv.Itoa(bearable))
	return top + height + panelMargin
}

// visitors draws how many came, and what became of them.
func (c *chart) visitors(top, height int) (next int) {
	// Wider columns than the other plots have: in five minutes too few come.
	const wide = 3
	fine := c.group
	c.group *= wide
	defer func() { c.group = fine }()
	passed, wanted := c.sums(func(b Bin) int { return b.Passed }), c.sums(func(b Bin) int { return b.Wanted })
	scale, ticks, at := linear(wanted, top, height, func(v float64) string { return whole(int(v)) })
	c.panel(top, height, "Visitors in "+spell(time.Duration(c.group)*binWidth), ticks, at, [2]string{"fraud", "refused"}, [2]string{"legit", "got a code"})
	c.area("legit", passed, nil, scale)
	c.area("fraud", wanted, passed, scale)
	return top + height + panelMargin
}

// pass draws the share of visitors who got a code, of half an hour each.
func (c *chart) pass(top, height int) (next int) {
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
	c.panel(top, height, "Share of visitors who got a code", ticks, func(i int) float64 { return scale(float64(i) / 2) })
	c.line("legitline thick", share, scale)
	return top + height + panelMargin
}

// money draws what was spent so far.
func (c *chart) money(top, height int) (next int) {
	spend, lost := c.sums(func(b Bin) int { return b.Spend }), c.sums(func(b Bin) int { return b.Lost })
	honest := make([]float64, len(spend))
	for i := range spend {
		spend[i], lost[i] = spend[i]/10_000, lost[i]/10_000
		if i > 0 {
			spend[i], lost[i] = spend[i]+spend[i-1], lost[i]+lost[i-1]
		}
		honest[i] = spend[i] - lost[i]
	}
	scale, ticks, at := linear(spend, top, height, short)
	c.panel(top, height, "Spent so far, "+c.result.Currency, ticks, at, [2]string{"fraud", "on fraud"}, [2]string{"legit", "on visitors"})
	c.area("legit", honest, nil, scale)
	c.area("fraud", spend, honest, scale)
	return top + height + panelMargin
}

// times writes the time of day, or the day, beneath the last plot.
func (c *chart) times(y int) {
	total := c.result.duration
	step, name := 3*time.Hour, func(d time.Duration) string { return fmt.Sprintf("%02d:00", int(d.Hours())%24) }
	switch {
	case total > 2*day:
		step, name = day, func(d time.Duration) string { return fmt.Sprintf("day %d", int(d/day)+1) }
	case total < 3*time.Hour:
		step, name = max(time.Minute, total/6).Truncate(time.Minute), func(d time.Duration) string { return spell(d) }
	}
	for d := time.Duration(0); d <= total; d += step {
		c.text(int(c.xAt(d)), y, "small soft mid", name(d))
	}
}

// attack shades the time of the attack, down to a height.
func (c *chart) attack(int) {
	a := c.result.attack
	if a == (span{}) {
		return
	}
	from, to := c.xAt(a.start), c.xAt(a.end)
	const bottom = firstPanel + 150 + 110 + 64 + 90 + 3*panelMargin
	fmt.Fprintf(&c.under, `<rect x="%s" y="%d" width="%s" height="%d" class="attack"/>`, pixel(from), firstPanel, pixel(to-from), bottom-firstPanel)
	c.text(int(from)+5, firstPanel+14, "small soft", "attack")
}

// rules lists what stood against whom most often.
func (c *chart) rules(top int) (bottom int) {
	rules := c.result.Rules
	rules = rules[:min(len(rules), rulesShown)]
	if len(rules) == 0 {
		return top
	}
	c.text(24, top, "name", "Rules that stood against somebody")
	c.text(520, top, "small soft end", "attackers")
	c.text(600, top, "small soft end", "visitors")
	most := 1.0
	for _, r := range rules {
		most = max(most, math.Log10(1+float64(r.times())))
	}
	for i, r := range rules {
		y := top + (i+1)*ruleHeight
		attackers, visitors := r.Attackers.More+r.Attackers.Refused, r.Visitors.More+r.Visitors.Refused
		c.text(24, y, "small", r.Name)
		c.text(520, y, "small end", whole(attackers))
		c.text(600, y, "small end", whole(visitors))
		length := func(n int) string { return pixel(math.Log10(1+float64(n)) / most * (plotRight - 616)) }
		c.printf(`<rect x="616" y="%d" width="%s" height="5" class="fraud"/><rect x="616" y="%d" width="%s" height="5" class="legit"/>`,
			y-11, length(attackers), y-5, length(visitors))
	}
	return top + (len(rules)+1)*ruleHeight
}

// area fills the columns between two series, or between one and nothing.
func (c *chart) area(class string, upper, lower []float64, scale func(float64) float64) {
	var d strings.Builder
	fmt.Fprintf(&d, "M%s %s", pixel(c.x(0)), pixel(scale(0)))
	c.steps(&d, upper, scale)
	if lower == nil {
		fmt.Fprintf(&d, "V%sZ", pixel(scale(0)))
	} else {
		for i, v := range slices.Backward(lower) {
			fmt.Fprintf(&d, "V%sH%s", pixel(scale(v)), pixel(c.x(i)))
		}
		d.WriteString("Z")
	}
	c.printf(`<path class="fill %s" d="%s"/>`, class, d.String())
}

func (c *chart) line(class string, values []float64, scale func(float64) float64) {
	var d strings.Builder
	fmt.Fprintf(&d, "M%s %s", pixel(c.x(0)), pixel(scale(values[0])))
	c.steps(&d, values, scale)
	c.printf(`<path class="%s" d="%s"/>`, class, d.String())
}

// steps goes along the columns from the left, those of one value in a row at once.
func (c *chart) steps(d *strings.Builder, values []float64, scale func(float64) float64) {
	for i, v := range values {
		if i+1 < len(values) && values[i+1] == v {
			continue
		}
		fmt.Fprintf(d, "V%sH%s", pixel(scale(v)), pixel(c.x(i+1)))
	}
}

// linear is a scale from nothing to the most there is, and two to four ticks above it.
func linear(values []float64, top, height int, name func(float64) string) (scale func(float64) float64, ticks []string, at func(int) float64) {
	most := 0.0
	for _, v := range values {
		most = max(most, v)
	}
	most = max(most, 1e-3)
	// The largest of one, two and five times a power of ten that fits twice.
	step := math.Pow10(int(math.Floor(math.Log10(most / 2))))
	for _, factor := range []float64{5, 2} {
		if 2*factor*step <= most {
			step *= factor
			break
		}
	}
	whole := most * 1.05
	scale = func(v float64) float64 { return float64(top+height) - v/whole*float64(height) }
	for i := range int(whole/step+1e-9) + 1 {
		ticks = append(ticks, name(float64(i)*step))
	}
	return scale, ticks, func(i int) float64 { return scale(float64(i) * step) }
}

func pixel(v float64) string { return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64) }
