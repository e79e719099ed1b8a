package loadgen

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/cattlegrid/cattlegrid/internal/chart"
)

// The layout of the picture, in pixels.
const (
	firstPanel  = 168
	panelHeight = 150
	panelMargin = 50
	maxColumns  = 600
)

// SVG draws the course of the load, second by second, and how long visitors waited.
func (r *Result) SVG() []byte {
	c := &chart.Chart{Columns: 1}
	last := Step{Name: stepNames[whole]}
	if len(r.Steps) > 0 {
		last = r.Steps[len(r.Steps)-1]
	}
	c.Head("Load: "+last.Name, r.title(),
		[2]string{chart.Short(last.PerSec), last.Name + "s a second"},
		[2]string{millis(last.Times.P50) + " ms", "half within"},
		[2]string{millis(last.Times.P99) + " ms", "99 of 100 within"},
		[2]string{chart.Whole(int(last.Outcomes[string(shed)])), "shed"},
		[2]string{chart.Whole(int(last.failed())), "failed"})
	y := firstPanel
	y = r.drawCourse(c, y)
	y = r.drawTimes(c, y)
	y = drawCurve(c, y, last)
	return c.SVG(y, fmt.Sprintf("%s a second: %s, half within %s ms, 99 of 100 within %s ms, %d failed",
		last.Name+"s", chart.Short(last.PerSec), millis(last.Times.P50), millis(last.Times.P99), last.failed()))
}

// columns are the seconds of the course, several together if there are very many.
func (r *Result) columns() (all []Second, group int) {
	group = max(1, (len(r.Course)+maxColumns-1)/maxColumns)
	for i, s := range r.Course {
		if i%group == 0 {
			all = append(all, s)
			continue
		}
		last := &all[len(all)-1]
		last.OK, last.Shed, last.Failed = last.OK+s.OK, last.Shed+s.Shed, last.Failed+s.Failed
		last.P50, last.P99 = max(last.P50, s.P50), max(last.P99, s.P99)
	}
	if len(all) == 0 {
		all = []Second{{}}
	}
	return all, group
}

func (r *Result) drawCourse(c *chart.Chart, top int) (next int) {
	columns, group := r.columns()
	c.Columns = len(columns)
	good, turned, most := make([]float64, len(columns)), make([]float64, len(columns)), make([]float64, len(columns))
	for i, s := range columns {
		good[i] = float64(s.OK) / float64(group)
		turned[i] = good[i] + float64(s.Shed)/float64(group)
		most[i] = turned[i] + float64(s.Failed)/float64(group)
	}
	scale, ticks, at := chart.Linear(most, top, panelHeight, chart.Short)
	c.Panel(top, panelHeight, "Visits a second", ticks, at, [2]string{"fraud", "failed"}, [2]string{"tries", "shed"}, [2]string{"legit", "ok"})
	c.Area("legit", good, nil, scale)
	c.Area("tries", turned, good, scale)
	c.Area("fraud", most, turned, scale)
	c.Text(chart.Left, top+panelHeight+16, "small soft mid", "0 s")
	c.Text(chart.Right, top+panelHeight+16, "small soft mid", strconv.Itoa(len(columns)*group)+" s")
	return top + panelHeight + panelMargin
}

func (r *Result) drawTimes(c *chart.Chart, top int) (next int) {
	columns, _ := r.columns()
	half, most := make([]float64, len(columns)), make([]float64, len(columns))
	for i, s := range columns {
		half[i], most[i] = float64(s.P50)/float64(time.Millisecond), float64(s.P99)/float64(time.Millisecond)
	}
	scale, ticks, at := logarithmic(most, top)
	c.Panel(top, panelHeight, "Time of those that were ok, ms, second by second", ticks, at, [2]string{"fraud", "99 of 100"}, [2]string{"legit", "half"})
	c.Line("fraudline thick", most, scale)
	c.Line("legitline thick", half, scale)
	return top + panelHeight + panelMargin
}

// drawCurve draws the time within which a share is done, the more finely the nearer the share is to all.
func drawCurve(c *chart.Chart, top int, s Step) (next int) {
	times := make([]float64, max(1, len(s.Times.Curve)))
	for i, d := range s.Times.Curve {
		times[i] = float64(d) / float64(time.Millisecond)
	}
	c.Columns = len(times)
	scale, ticks, at := logarithmic(times, top)
	c.Panel(top, panelHeight, "Time within which so many of a hundred are done, ms", ticks, at)
	c.Line("legitline thick", times, scale)
	for i := range s.Times.Curve {
		middle := (c.X(i) + c.X(i+1)) / 2
		c.Text(int(middle), top+panelHeight+16, "small soft mid", strconv.FormatFloat(curve[i], 'f', -1, 64))
	}
	return top + panelHeight + panelMargin
}

// logarithmic is a scale by powers of ten that has room for all values in milliseconds.
func logarithmic(values []float64, top int) (scale func(float64) float64, ticks []string, at func(int) float64) {
	least, most := math.Inf(1), 0.0
	for _, v := range values {
		if v > 0 {
			least, most = min(least, v), max(most, v)
		}
	}
	low, high := 0, 1
	if most > 0 {
		low, high = int(math.Floor(math.Log10(least))), int(math.Ceil(math.Log10(most)))
	}
	high = max(high, low+1)
	scale = func(v float64) float64 {
		place := (math.Log10(max(v, math.Pow10(low))) - float64(low)) / float64(high-low)
		return float64(top) + float64(panelHeight)*(1-place)
	}
	for i := low; i <= high; i++ {
		ticks = append(ticks, strconv.FormatFloat(math.Pow10(i), 'g', -1, 64))
	}
	return scale, ticks, func(i int) float64 { return scale(math.Pow10(low + i)) }
}
