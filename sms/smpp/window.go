package smpp

import (
	"errors"
	"sync"
	"time"

	"github.com/cattlegrid/cattlegrid/sms/smpp/internal/pdu"
)

var errNoResponse = errors.New("no response in time")

// maxStrikes is how many submits may time out in a row before the link is given up, though the SMSC answers enquiries.
const maxStrikes = 3

// outcome is what became of one submit.
type outcome struct {
	written bool       // the SMSC may have read it
	err     error      // why there is no answer; nil if there is one
	status  pdu.Status // the answer
	id      string
}

// window holds the submits that wait for an answer. Each has a slot, which it keeps until it is answered or has timed out,
// whether somebody still waits for it or not: the SMSC has it open as well.
type window struct {
	slots   chan struct{}
	timeout time.Duration
	silent  func() // too many timed out in a row

	mu      sync.Mutex
	waiting map[uint32]*submit
	strikes int
}

// submit is one that waits.
type submit struct {
	done  chan outcome // has room for the one that comes
	timer *time.Timer  // nil until it is written
}

func newWindow(size int, timeout time.Duration, silent func()) *window {
	return &window{
		slots: make(chan struct{}, size), timeout: timeout, silent: silent, waiting: make(map[uint32]*submit, size),
	}
}

// add enters a submit, which holds a slot already, before it is written: the answer may be fast.
func (w *window) add(sequence uint32) <-chan outcome {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := &submit{done: make(chan outcome, 1)}
	w.waiting[sequence] = s
	return s.done
}

// start counts the time from when a submit was handed to the writer.
func (w *window) start(sequence uint32) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if s := w.waiting[sequence]; s != nil {
		s.timer = time.AfterFunc(w.timeout, func() { w.expire(sequence) })
	}
}

// answer ends the submit that a PDU answers, if it still waits.
func (w *window) answer(p pdu.PDU) {
	o := outcome{written: true, status: p.Status}
	if p.Status == pdu.StatusOK {
		if p.Command != pdu.SubmitSM.Response() { // a refusal that refuses nothing
			o.err = errMalformed
		} else if id, err := pdu.ParseMessageID(p.Body); err == nil { // else it was taken all the same
			o.id = id
		}
	}
	if w.finish(p.Sequence, o) {
		w.mu.Lock()
		w.strikes = 0
		w.mu.Unlock()
	}
}

func (w *window) expire(sequence uint32) {
	if !w.finish(sequence, outcome{written: true, err: errNoResponse}) {
		return
	}
	w.mu.Lock()
	w.strikes++
	enough := w.strikes >= maxStrikes
	w.mu.Unlock()
	if enough {
		w.silent()
	}
}

// finish ends a submit and gives its slot back, once.
func (w *window) finish(sequence uint32, o outcome) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := w.waiting[sequence]
	if s == nil {
		return false
	}
	delete(w.waiting, sequence)
	if s.timer != nil {
		s.timer.Stop()
	}
	s.done <- o
	<-w.slots
	return true
}

// fail ends all submits: the link is gone, and their answers with it.
func (w *window) fail(err error) {
	w.mu.Lock()
	sequences := make([]uint32, 0, len(w.waiting))
	for sequence := range w.waiting {
		sequences = append(sequences, sequence)
	}
	w.mu.Unlock()
	for _, sequence := range sequences {
		w.finish(sequence, outcome{written: true, err: err})
	}
}
