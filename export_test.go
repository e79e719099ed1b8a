package cattlegrid

import (
	"time"
	"unsafe"

	"github.com/cattlegrid/cattlegrid/captcha"
)

// What tests in package cattlegrid_test see of the inside.

// Painters returns what a gate gets its painters from, with paint in the place of captcha.New.
func Painters(
	rotation time.Duration, clock func() time.Time, paint func(captcha.Style) (*captcha.Painter, error),
) (at func(captcha.Level) (*captcha.Painter, error), err error) {
	p, err := newPainters(&painters{style: captcha.Style{Key: "key"}, rotation: rotation, clock: clock, paint: paint})
	return p.at, err
}

// MemEntrySize is how many bytes an entry of a [MemStore] has.
const MemEntrySize = unsafe.Sizeof(memEntry{})
