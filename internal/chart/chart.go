// Package chart draws SVG pictures of figures over columns: some twenty kilobytes without fonts or scripts, for light and
// dark pages, in colours that everybody can tell apart.
package chart

import (
	"bytes"
	"fmt"
	"html"
	"math"
	"slices"
	"strconv"
	"strings"
)

// The layout, in pixels.
const (
	Width = 880
	Left  = 64         // where plots begin
	Right = Width - 24 // where they end

	margin = 24
)

// Chart is a picture being drawn. The zero value is empty; Columns must be set before anything that has columns is drawn.
type Chart struct {
	Columns int // of the plots, at least 1

	out   bytes.Buffer
	under bytes.Buffer // what lies beneath
}

// Printf adds elements.
func (c *Chart) Printf(format string, args ...any) { fmt.Fprintf(&c.out, format, args...) }

// Underf adds elements beneath all others.
func (c *Chart) Underf(format string, args ...any) { fmt.Fprintf(&c.under, format, args...) }

// Text adds a line of text.
func (c *Chart) Text(x, y int, class, text string) {
	c.Printf(`<text x="%d" y="%d" class="%s">%s</text>`, x, y, class, html.EscapeString(text))
}

// Head adds a title, a line beneath it, and tiles: a figure and its name each.
func (c *Chart) Head(title, about string, tiles ...[2]string) {
	c.Text(margin, 36, "title", clip(title, 84))
	c.Text(margin, 58, "soft", clip(about, 120))
	const gap = 12
	width := (Right - margin - gap*(len(tiles)-1)) / max(1, len(tiles))
	for i, t := range tiles {
		x := margin + i*(width+gap)
		c.Printf(`<rect x="%d" y="74" width="%d" height="62" rx="6" class="tile"/>`, x, width)
		c.Text(x+12, 104, "big", t[0])
		c.Text(x+12, 124, "soft small", t[1])
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

// X is where a column begins.
func (c *Chart) X(column int) float64 {
	return Left + float64(column)/float64(c.Columns)*(Right-Left)
}

// Panel draws the frame of a plot: what it shows, a line for each tick, and a legend of classes and names.
func (c *Chart) Panel(top, height int, title string, ticks []string, at func(i int) float64, legend ...[2]string) {
	c.Text(Left, top-8, "name", title)
	x := Right
	for _, l := range legend {
		c.Text(x, top-8, "small soft end", l[1])
		x -= 24 + 6*len(l[1])
		c.Printf(`<rect x="%d" y="%d" width="10" height="10" rx="2" class="%s"/>`, x, top-17, l[0])
		x -= 14
	}
	for i, tick := range ticks {
		y := at(i)
		c.Underf(`<path class="grid" d="M%d %sH%d"/>`, Left, Pixel(y), Right)
		c.Text(Left-8, int(y)+4, "small soft end", tick)
	}
	c.Printf(`<path class="axis" d="M%d %dH%d"/>`, Left, top+height, Right)
}

// Area fills the columns between two series, or between one and nothing.
func (c *Chart) Area(class string, upper, lower []float64, scale func(float64) float64) {
	var d strings.Builder
	fmt.Fprintf(&d, "M%s %s", Pixel(c.X(0)), Pixel(scale(0)))
	c.steps(&d, upper, scale)
	if lower == nil {
		fmt.Fprintf(&d, "V%sZ", Pixel(scale(0)))
	} else {
		for i, v := range slices.Backward(lower) {
			fmt.Fprintf(&d, "V%sH%s", Pixel(scale(v)), Pixel(c.X(i)))
		}
		d.WriteString("Z")
	}
	c.Printf(`<path class="fill %s" d="%s"/>`, class, d.String())
}

// Line draws a series.
func (c *Chart) Line(class string, values []float64, scale func(float64) float64) {
	var d strings.Builder
	fmt.Fprintf(&d, "M%s %s", Pixel(c.X(0)), Pixel(scale(values[0])))
	c.steps(&d, values, scale)
	c.Printf(`<path class="%s" d="%s"/>`, class, d.String())
}

// steps goes along the columns from the left, those of one value in a row at once.
func (c *Chart) steps(d *strings.Builder, values []float64, scale func(float64) float64) {
	for i, v := range values {
		if i+1 < len(values) && values[i+1] == v {
			continue
		}
		fmt.Fprintf(d, "V%sH%s", Pixel(scale(v)), Pixel(c.X(i+1)))
	}
}

// SVG returns the picture, of a height, and in words for who does not see it.
func (c *Chart) SVG(height int, words string) []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="%s">`,
		Width, height, Width, height, html.EscapeString(words))
	out.WriteString(style)
	fmt.Fprintf(&out, `<rect class="page" width="%d" height="%d" rx="10"/>`, Width, height)
	out.Write(c.under.Bytes())
	out.Write(c.out.Bytes())
	out.WriteString("</svg>\n")
	return out.Bytes()
}

// The colours are those of Okabe and Ito's palette, of which the fraud's and the visitors' differ in brightness too.
const style = `<style>
.page{fill:#fff}.ink,text{fill:#1f2a3d}.soft{fill:#5d6778}.tile{fill:#f2f4f7}.grid{stroke:#dde1e8}.axis{stroke:#8b94a3}
.tries{fill:#c3c9d3}.fraud{fill:#d55e00}.fraudline{stroke:#d55e00}.legit{fill:#0072b2}.legitline{stroke:#0072b2}
.attack{fill:#d55e00;fill-opacity:.07}.mark{stroke:#1f2a3d}
text{font:13px system-ui,-apple-system,"Segoe UI","PingFang SC","Noto Sans CJK SC",sans-serif}
.title{font-size:19px;font-weight:600}.big{font-size:24px;font-weight:600}.small{font-size:11.5px}.name{font-weight:600}.end{text-anchor:end}.mid{text-anchor:middle}
path,line{fill:none;stroke-width:1}.fill{stroke:none}.pale{fill-opacity:.25}.thick{stroke-width:2;stroke-linejoin:round}.dash{stroke-dasharray:4 4}
@media(prefers-color-scheme:dark){.page{fill:#12161d}.ink,text{fill:#e6e9ef}.soft{fill:#9aa4b4}.tile{fill:#1d232d}.grid{stroke:#2a313d}.axis{stroke:#6d7686}
.tries{fill:#4a5363}.fraud{fill:#f08a3c}.fraudline{stroke:#f08a3c}.legit{fill:#56b4e9}.legitline{stroke:#56b4e9}.attack{fill:#f08a3c;fill-opacity:.1}.mark{stroke:#e6e9ef}}
</style>`

// Linear is a scale from nothing to the most there is, and two to four ticks above it.
func Linear(values []float64, top, height int, name func(float64) string) (scale func(float64) float64, ticks []string, at func(int) float64) {
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

// Pixel writes a coordinate.
func Pixel(v float64) string { return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64) }

// Whole is a number with thin spaces between thousands.
func Whole(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "\u2009" + text[i:]
	}
	return text
}

// Short is an amount with as many decimals as matter.
func Short(v float64) string {
	switch {
	case v >= 100 || v == math.Trunc(v):
		return Whole(int(math.Round(v)))
	case v >= 1:
		return strconv.FormatFloat(v, 'f', 1, 64)
	default:
		return strconv.FormatFloat(v, 'f', 2, 64)
	}
}
