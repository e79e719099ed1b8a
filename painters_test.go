package cattlegrid_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/captcha"
	"github.com/cattlegrid/cattlegrid/guard"
)

// seeded is a gate of a replica: its keys are those of all, and its randomness is that of all, so that its pictures differ
// from another's only if their styles do.
func seeded(t *testing.T, change func(*cattlegrid.Options)) *site {
	t.Helper()
	return newSite(t, func(o *cattlegrid.Options) {
		o.Keys = testKeys()
		o.Random = rand.NewChaCha8([32]byte{1})
		if change != nil {
			change(o)
		}
	})
}

// picture is the next challenge.
func (s *site) picture(t *testing.T, effort guard.Effort) []byte {
	t.Helper()
	c, err := s.Challenge(t.Context(), cattlegrid.ChallengeRequest{ID: "12345678", Client: home, Effort: effort})
	if err != nil {
		t.Fatalf("Challenge: %v", err)
	}
	return c.Image
}

// A deployment draws in a family of its own, which follows from its keys or, if the site has one, from its style key.
func TestStyleKey(t *testing.T) {
	otherKeys := func(o *cattlegrid.Options) {
		keys, err := cattlegrid.NewKeys()
		if err != nil {
			t.Fatal(err)
		}
		o.Keys = keys
	}
	styleKey := func(o *cattlegrid.Options) { o.Style.Key = "a key of the site" }
	both := func(o *cattlegrid.Options) { otherKeys(o); styleKey(o) }
	for name, tt := range map[string]struct {
		a, b func(*cattlegrid.Options)
		same bool
	}{
		"SameKeys":                {nil, nil, true},
		"OtherKeys":               {nil, otherKeys, false},
		"StyleKey":                {nil, styleKey, false},
		"SameStyleKeyOtherKeys":   {styleKey, both, true},
		"NotTheFamilyOfEverybody": {nil, func(o *cattlegrid.Options) { o.Style.Key = "cattlegrid" }, false},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := seeded(t, tt.a).picture(t, guard.Normal), seeded(t, tt.b).picture(t, guard.Normal)
			if same := bytes.Equal(a, b); same != tt.same {
				t.Errorf("the pictures are the same: %t, want %t", same, tt.same)
			}
		})
	}
}

// Replicas draw in the same family for a period, and in another one in the next, whenever they were started.
func TestStyleRotation(t *testing.T) {
	weekly := func(o *cattlegrid.Options) { o.StyleRotation = 7 * 24 * time.Hour }
	at := func(day int) []byte {
		s := seeded(t, weekly)
		s.now = time.Date(2026, 11, day, 0, 0, 0, 0, time.UTC)
		return s.picture(t, guard.Normal)
	}
	thursday := at(19) // when periods begin, since 1 January 1970 was one
	if bytes.Equal(thursday, at(18)) || bytes.Equal(thursday, at(26)) {
		t.Error("the family lasts longer than a week")
	}
	if !bytes.Equal(thursday, at(20)) || !bytes.Equal(thursday, at(25)) {
		t.Error("the family changes within the week")
	}
	if bytes.Equal(thursday, seeded(t, nil).picture(t, guard.Normal)) {
		t.Error("the family is that without rotation")
	}
}

// One gate, without a restart, goes on to the next family when its time has come.
func TestStyleRotatesWhileServing(t *testing.T) {
	old := seeded(t, func(o *cattlegrid.Options) { o.StyleRotation = time.Hour })
	old.picture(t, guard.Normal)
	old.wait(time.Hour)
	fresh := seeded(t, func(o *cattlegrid.Options) { o.StyleRotation = time.Hour })
	fresh.picture(t, guard.Normal) // to be as far in the randomness as the old one
	fresh.wait(time.Hour)
	if !bytes.Equal(old.picture(t, guard.Normal), fresh.picture(t, guard.Normal)) {
		t.Error("the pictures differ after the rotation")
	}
	still := seeded(t, nil)
	still.picture(t, guard.Normal)
	if bytes.Equal(old.picture(t, guard.Normal), still.picture(t, guard.Normal)) {
		t.Error("the family did not change")
	}
}

// A challenge is harder on demand, and never easier than the style's.
func TestChallengeEffort(t *testing.T) {
	hard := func(o *cattlegrid.Options) { o.Style.Level = captcha.Hard }
	normal, onDemand := seeded(t, nil).picture(t, guard.Normal), seeded(t, nil).picture(t, guard.Hard)
	if bytes.Equal(normal, onDemand) {
		t.Error("a hard challenge is drawn as a normal one")
	}
	if !bytes.Equal(onDemand, seeded(t, hard).picture(t, guard.Normal)) {
		t.Error("a hard challenge is not drawn as by a gate whose style is hard")
	}
	if !bytes.Equal(seeded(t, nil).picture(t, guard.Work), seeded(t, nil).picture(t, guard.Work+1)) {
		t.Error("more than there is to ask for is not drawn as what is most")
	}
	if !bytes.Equal(normal, seeded(t, nil).picture(t, guard.Normal-1)) {
		t.Error("less than there is to ask for is not drawn as a normal one")
	}
}

// brush makes painters as a test tells it.
type brush struct {
	made    atomic.Int64
	entered chan struct{} // if not nil, told of each painter that is begun
	release chan error    // and asked how that ends
}

func (b *brush) paint(style captcha.Style) (*captcha.Painter, error) {
	b.made.Add(1)
	if b.entered != nil {
		b.entered <- struct{}{}
		if err := <-b.release; err != nil {
			return nil, err
		}
	}
	return captcha.New(style)
}

// While the painter of a new period is made, nobody waits for it; once it is there, everybody has it. It is made once.
func TestPainterIsSwapped(t *testing.T) {
	for name, failure := range map[string]error{"OK": nil, "Fails": errors.New("no fonts")} {
		t.Run(name, func(t *testing.T) {
			var hour atomic.Int64
			clock := func() time.Time { return time.Unix(hour.Load()*3600, 0) }
			b := &brush{}
			at, err := cattlegrid.Painters(time.Hour, clock, b.paint)
			if err != nil {
				t.Fatal(err)
			}
			old, _ := at(captcha.Normal)
			b.entered, b.release = make(chan struct{}), make(chan error)
			hour.Add(1)
			first := make(chan *captcha.Painter)
			go func() {
				p, _ := at(captcha.Normal)
				first <- p
			}()
			<-b.entered
			for range 3 {
				if p, err := at(captcha.Normal); p != old || err != nil {
					t.Errorf("during the change: got %p, %v, want the painter before", p, err)
				}
			}
			b.release <- failure
			fresh := <-first
			if kept := fresh == old; kept != (failure != nil) {
				t.Errorf("after the change: the painter before is kept: %t, with failure %v", kept, failure)
			}
			if p, err := at(captcha.Normal); p != fresh || err != nil {
				t.Errorf("after the change: got %p, %v, want %p", p, err, fresh)
			}
			if n := b.made.Load(); n != 2 {
				t.Errorf("%d painters were begun for two periods", n)
			}
		})
	}
}

// A level that many ask for at once for the first time gets one painter, which all wait for.
func TestPainterIsMadeOnce(t *testing.T) {
	b := &brush{}
	at, err := cattlegrid.Painters(0, nil, b.paint)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			if p, err := at(captcha.Hard); p == nil || err != nil {
				t.Errorf("got %p, %v, want a painter", p, err)
			}
		})
	}
	all.Wait()
	if n := b.made.Load(); n != 2 {
		t.Errorf("%d painters for two levels", n)
	}
}

// Where there is no painter at all, there is an error.
func TestPainterFails(t *testing.T) {
	failure := errors.New("no fonts")
	_, err := cattlegrid.Painters(0, nil, func(captcha.Style) (*captcha.Painter, error) { return nil, failure })
	if !errors.Is(err, failure) {
		t.Errorf("got %v, want the failure", err)
	}
}
