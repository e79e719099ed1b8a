package main

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

func testEvents(t *testing.T, c eventsConfig) (*events, *atomic.Int64, *output) {
	t.Helper()
	var dropped atomic.Int64
	var log output
	drop := func() { dropped.Add(1) }
	file, err := openEventLog(c.File, slog.New(slog.NewTextHandler(&log, nil)), drop)
	if err != nil {
		t.Fatal(err)
	}
	return &events{all: c.All, clock: func() time.Time { return noon }, drop: drop, file: file}, &dropped, &log
}

func refusal(t *testing.T) cattlegrid.Decision {
	t.Helper()
	phone, err := cattlegrid.ParseE164("+8613800138000")
	if err != nil {
		t.Fatal(err)
	}
	return cattlegrid.Decision{
		Act: guard.Send, Verdict: cattlegrid.Refused, Rules: []string{"sends_per_phone_minute"}, Wait: 41_200 * time.Millisecond,
		Client: "192.0.2.7/32", Phone: phone, Country: "CN", Purpose: "register", Price: 450,
	}
}

// An event is one line of JSON, without the number, and is written by the end.
func TestEvents(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events.jsonl")
	e, _, _ := testEvents(t, eventsConfig{File: path})
	e.decided(refusal(t))
	e.decided(cattlegrid.Decision{Act: guard.Send, Verdict: cattlegrid.Allowed})
	e.decided(cattlegrid.Decision{Act: guard.Send, Verdict: cattlegrid.Verified})
	e.decided(cattlegrid.Decision{Act: guard.Challenge, Verdict: cattlegrid.More, Effort: guard.Work, Trial: true})
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	const want = `{"time":"2026-01-02T12:00:00Z","act":"send","verdict":"refused","rules":["sends_per_phone_minute"],"wait_seconds":41.2,` +
		`"effort":"normal","client":"192.0.2.7/32","phone":"138****8000","country":"CN","purpose":"register","price":0.045}` + "\n" +
		`{"time":"2026-01-02T12:00:00Z","act":"challenge","verdict":"more","effort":"work","trial":true}` + "\n"
	if diff := cmp.Diff(want, readText(t, path)); diff != "" {
		t.Errorf("the file (-want +got):\n%s", diff)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file has mode %v, %v, want 0600", info.Mode(), err)
	}
}

// Of a message the line says who took it, or did not, and its name; a receipt has a line with the same name.
func TestEventsOfMessages(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events.jsonl")
	e, _, _ := testEvents(t, eventsConfig{File: path, All: true})
	allowed, failed := refusal(t), refusal(t)
	allowed.Verdict, allowed.Rules, allowed.Wait, allowed.MessageID = cattlegrid.Allowed, nil, 0, "MESSAGE1"
	allowed.Delivery = cattlegrid.Delivery{Provider: "aliyun", ID: "8613800138000"}
	failed.Verdict, failed.Rules, failed.Wait, failed.MessageID = cattlegrid.Failed, nil, 0, "MESSAGE2"
	failed.Err = &cattlegrid.SendError{Class: cattlegrid.Unpaid, Provider: "twilio", Err: os.ErrDeadlineExceeded}
	e.decided(allowed)
	e.decided(failed)
	e.reported(lost())
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	const want = `{"time":"2026-01-02T12:00:00Z","act":"send","verdict":"allowed","effort":"normal","client":"192.0.2.7/32","phone":"138****8000",` +
		`"country":"CN","purpose":"register","price":0.045,"provider":"aliyun","message_id":"MESSAGE1"}` + "\n" +
		`{"time":"2026-01-02T12:00:00Z","act":"send","verdict":"failed","effort":"normal","client":"192.0.2.7/32","phone":"138****8000",` +
		`"country":"CN","purpose":"register","price":0.045,"provider":"twilio","message_id":"MESSAGE2"}` + "\n" +
		`{"time":"2026-01-02T12:00:00Z","type":"receipt","state":"lost","code":"EXPIRED","at":"2026-01-02T11:59:58Z","provider":"aliyun",` +
		`"message_id":"MESSAGE1","phone":"138****8000","country":"CN","purpose":"register","sent_at":"2026-01-02T11:59:00Z"}` + "\n"
	if diff := cmp.Diff(want, readText(t, path)); diff != "" {
		t.Errorf("the file (-want +got):\n%s", diff)
	}
}

// lost is what the gate tells of a receipt, with an id in which a provider put the number.
func lost() cattlegrid.Report {
	return cattlegrid.Report{
		Receipt: cattlegrid.Receipt{
			Provider: "aliyun", ID: "8613800138000", MessageID: "MESSAGE1", State: cattlegrid.Lost, Code: "EXPIRED", At: noon.Add(-2 * time.Second),
		},
		Phone: "138****8000", Country: "CN", Purpose: "register", SentAt: noon.Add(-time.Minute),
	}
}

// With all, what was allowed is written too, to the end of what is there.
func TestEventsAll(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events.jsonl")
	for range 2 {
		e, _, _ := testEvents(t, eventsConfig{File: path, All: true})
		e.decided(cattlegrid.Decision{Act: guard.Send, Verdict: cattlegrid.Allowed})
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if got := strings.Count(readText(t, path), `"allowed"`); got != 2 {
		t.Errorf("%d events, want 2", got)
	}
}

// Every event is either written, whole, or counted as dropped, however fast they come.
func TestEventsAreWrittenOrCounted(t *testing.T) {
	const many = 50_000
	path := filepath.Join(t.TempDir(), "events.jsonl")
	e, dropped, _ := testEvents(t, eventsConfig{File: path})
	d := refusal(t)
	for range many {
		e.decided(d)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	written := 0
	for line := range strings.Lines(readText(t, path)) {
		if !json.Valid([]byte(line)) {
			t.Fatalf("not a line of JSON: %q", line)
		}
		written++
	}
	if total := written + int(dropped.Load()); total != many {
		t.Errorf("%d written and %d dropped, want %d together", written, dropped.Load(), many)
	}
}

// A queue that is full keeps nobody waiting.
func TestEventsDoNotBlock(t *testing.T) {
	var dropped int
	drop := func() { dropped++ }
	e := &events{clock: time.Now, drop: drop, file: &eventLog{queue: make(chan []byte, 1), drop: drop}}
	for range 3 {
		e.decided(refusal(t))
	}
	if dropped != 2 {
		t.Errorf("%d dropped, want 2", dropped)
	}
}

// A disk that is full costs events, not the service, and says so once.
func TestEventsDiskFull(t *testing.T) {
	const full = "/dev/full"
	if _, err := os.Stat(full); err != nil {
		t.Skip("there is no " + full)
	}
	e, dropped, log := testEvents(t, eventsConfig{File: full})
	for range 3 {
		e.decided(refusal(t))
	}
	if err := e.Close(); err != nil {
		t.Error(err)
	}
	if got := strings.Count(log.String(), "events cannot be written"); dropped.Load() != 3 || got != 1 {
		t.Errorf("%d dropped and %d lines in the log, want 3 and 1", dropped.Load(), got)
	}
}

// narrow is a file on a disk that has room for so many bytes of each write in turn, and then for all.
type narrow struct {
	bytes.Buffer

	room []int
}

// Write implements io.Writer.
func (f *narrow) Write(p []byte) (int, error) {
	if len(f.room) == 0 {
		return f.Buffer.Write(p)
	}
	room := f.room[0]
	f.room = f.room[1:]
	if room >= len(p) {
		return f.Buffer.Write(p)
	}
	n, _ := f.Buffer.Write(p[:room])
	return n, syscall.ENOSPC
}

// Close implements io.Closer.
func (f *narrow) Close() error { return nil }

// Wherever the disk is full, each event is either written, whole, or counted; and those that come when it no longer is are
// written.
func TestEventsOnAFullDisk(t *testing.T) {
	const line = `{"a":1}` + "\n"
	for first := range 3*len(line) + 1 {
		for second := range 2*len(line) + 2 {
			file, dropped := &narrow{room: []int{first, second}}, 0
			b := &eventBatch{file: file, log: &eventLog{logger: slog.New(slog.DiscardHandler), drop: func() { dropped++ }}}
			for _, last := range []bool{false, false, true, false, true, true} { // three, two and one
				b.add([]byte(line), last)
			}
			if err := b.close(); err != nil {
				t.Fatal(err)
			}
			got := file.String()
			written := 0
			for text := range strings.Lines(got) {
				if text == line {
					written++
				} else if text == "\n" || !strings.HasPrefix(line, strings.TrimSuffix(text, "\n")) {
					t.Fatalf("room for %d and %d bytes: the file has the line %q", first, second, text)
				}
			}
			if written+dropped != 6 || !strings.HasSuffix(got, line) {
				t.Errorf("room for %d and %d bytes: %d written and %d dropped of 6:\n%s", first, second, written, dropped, got)
			}
		}
	}
}

// A new file begins with an event, also if the old one ends within one.
func TestEventsMoveFromATornLine(t *testing.T) {
	const line = `{"a":1}` + "\n"
	path := filepath.Join(t.TempDir(), "events.jsonl")
	b := &eventBatch{file: &narrow{room: []int{3}}, log: &eventLog{logger: slog.New(slog.DiscardHandler), drop: func() {}}}
	b.add([]byte(line), true)
	b.add([]byte(line), false)
	b.moveTo(path)
	b.add([]byte(line), true)
	if err := b.close(); err != nil || readText(t, path) != line+line {
		t.Errorf("the new file has %q, %v", readText(t, path), err)
	}
}

// Who goes on in a file whose last line is torn begins a new one.
func TestEventsAfterATornLine(t *testing.T) {
	file := &narrow{room: []int{3}}
	b := &eventBatch{file: file, log: &eventLog{logger: slog.New(slog.DiscardHandler), drop: func() {}}}
	b.add([]byte(`{"a":1}`+"\n"), true)
	if err := b.close(); err != nil || file.String() != `{"a`+"\n" {
		t.Errorf("the file ends %q, %v", file.String(), err)
	}
}

// A file that cannot be opened is an error that names the key.
func TestEventsFileMissing(t *testing.T) {
	c := defaults()
	c.Events.File = filepath.Join(t.TempDir(), "missing", "events.jsonl")
	_, err := c.newWatch(t.Context(), time.Now, slog.New(slog.DiscardHandler))
	if err == nil || !strings.HasPrefix(err.Error(), "events.file: ") {
		t.Errorf("the error is %v", err)
	}
}
