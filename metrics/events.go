package metrics

// Posting is what became of an event that is posted to the site.
type Posting string

// The postings.
const (
	PostDelivered Posting = "delivered" // the site took it
	PostRetried   Posting = "retried"   // the site did not take it, and is asked again
	PostDropped   Posting = "dropped"   // the site will not get it
)

// Post counts what became of an event that is posted to the site.
func (d *Decisions) Post(p Posting) { d.posts.WithLabelValues(string(p)).Inc() }

// Drop counts an event that was not written.
func (d *Decisions) Drop() { d.dropped.Inc() }
