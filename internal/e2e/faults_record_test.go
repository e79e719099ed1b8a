package e2e_test

import (
	"net/http"
	"slices"
	"sync"
	"time"
)

// asked is one request and what came of it.
type asked struct {
	what         string // "picture", "send", "check", "wrong", "foreign"
	kind         errand
	gate         string // its URL
	began, ended time.Time
	reply        reply
	number       string
	client       string
	challenge    challenge
	verification string
	code         string
}

// failed reports whether the visitor was not served because something is broken.
func (a asked) failed() bool {
	return a.reply.err != nil || a.reply.storeFailed() || a.reply.status >= http.StatusInternalServerError
}

// limited reports whether a limit stood against it.
func (a asked) limited() bool { return a.reply.Errno == "4201" || a.reply.Errno == "4202" }

// record is all requests of a site. It is safe for concurrent use.
type record struct {
	lock     sync.Mutex
	requests []asked
}

// note makes a request and remembers it.
func (r *record) note(a asked, do func() reply) reply {
	a.began = time.Now()
	a.reply = do()
	a.ended = time.Now()
	r.lock.Lock()
	defer r.lock.Unlock()
	r.requests = append(r.requests, a)
	return a.reply
}

// those returns the requests that are such.
func (r *record) those(such func(a asked) bool) []asked {
	r.lock.Lock()
	defer r.lock.Unlock()
	return slices.Collect(func(yield func(asked) bool) {
		for _, a := range r.requests {
			if such(a) && !yield(a) {
				return
			}
		}
	})
}

func (r *record) count(such func(a asked) bool) int { return len(r.those(such)) }

// since returns the requests that began after a moment.
func (r *record) since(moment time.Time) []asked {
	return r.those(func(a asked) bool { return a.began.After(moment) })
}
