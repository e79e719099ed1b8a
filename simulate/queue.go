package simulate

// event is something that happens at a moment.
type event struct {
	at    int64 // nanoseconds since the Unix epoch
	order uint64
	do    func()
}

// before orders events by time, and those of one moment as they were planned.
func (e event) before(other event) bool {
	return e.at < other.at || e.at == other.at && e.order < other.order
}

// queue is what is going to happen: a binary heap, the next event first.
type queue struct {
	events  []event
	planned uint64
}

// plan adds what happens at a moment.
func (q *queue) plan(at int64, do func()) {
	q.planned++
	q.events = append(q.events, event{at: at, order: q.planned, do: do})
	i := len(q.events) - 1
	for i > 0 {
		parent := (i - 1) / 2
		if !q.events[i].before(q.events[parent]) {
			return
		}
		q.events[i], q.events[parent] = q.events[parent], q.events[i]
		i = parent
	}
}

// next takes out the next event; false if nothing is planned.
func (q *queue) next() (event, bool) {
	if len(q.events) == 0 {
		return event{}, false
	}
	first := q.events[0]
	last := len(q.events) - 1
	q.events[0], q.events[last] = q.events[last], event{}
	q.events = q.events[:last]
	for i := 0; ; {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < last; child++ {
			if q.events[child].before(q.events[least]) {
				least = child
			}
		}
		if least == i {
			return first, true
		}
		q.events[i], q.events[least] = q.events[least], q.events[i]
		i = least
	}
}
