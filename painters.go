package cattlegrid

import (
	"encoding/hex"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cattlegrid/cattlegrid/captcha"
)

// painters has the painter of the current period for each level. Painters are made when they are first needed.
type painters struct {
	style    captcha.Style // its Key is what each period's is derived from
	rotation time.Duration // length of a period; 0 means that there is only one
	clock    func() time.Time
	paint    func(captcha.Style) (*captcha.Painter, error) // captcha.New
	easels   [captcha.Hard - captcha.Easy + 1]easel
}

// easel holds the painter of one level.
type easel struct {
	making  sync.Mutex // whoever has it makes the next painter
	current atomic.Pointer[shift]
}

// shift is a painter and the period that it was made for.
type shift struct {
	painter *captcha.Painter
	period  int64
}

// newPainters returns painters of which the one for the style's own level is there already, so that a style which cannot
// be drawn is told at once.
func newPainters(p *painters) (*painters, error) {
	_, err := p.at(p.style.Level)
	return p, err
}

// at returns the painter of a level. While somebody makes the painter of a new period, others go on with the one before,
// and so does everybody for a period whose painter cannot be made.
func (p *painters) at(level captcha.Level) (*captcha.Painter, error) {
	style := p.style
	style.Level = level
	e, period := &p.easels[style.Level-captcha.Easy], p.period()
	before := e.current.Load()
	switch {
	case before != nil && before.period == period:
		return before.painter, nil
	case before == nil:
		e.making.Lock()
	case !e.making.TryLock():
		return before.painter, nil
	}
	defer e.making.Unlock()
	if now := e.current.Load(); now != before {
		return now.painter, nil // made while this request came here
	}
	style.Key = p.key(period)
	painter, err := p.paint(style)
	switch {
	case err == nil:
	case before != nil:
		painter = before.painter
	default:
		return nil, err
	}
	e.current.Store(&shift{painter: painter, period: period})
	return painter, nil
}

// period numbers the current period, by the clock alone: replicas agree on it without a word.
func (p *painters) period() int64 {
	if p.rotation == 0 {
		return 0
	}
	return p.clock().UnixNano() / int64(p.rotation)
}

// key chooses the family of a period. It tells nothing of the style's key, nor of another period's.
func (p *painters) key(period int64) string {
	if p.rotation == 0 {
		return p.style.Key
	}
	return hex.EncodeToString(newMACs([]byte(p.style.Key)).mac("style", strconv.FormatInt(period, 10)))
}
