package redisstore

import (
	"context"
	"encoding/binary"
	"fmt"
	"log/slog"
	"math"
	"sync/atomic"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

// markerTag is the hash tag under which the marker lies in a cluster: that of the budgets, which most sends are charged to.
const markerTag = "guard"

// markerKey holds the marker, see marker.lua.
const markerKey = "cattlegrid_marker{" + markerTag + "}"

// defaultLossPause is how long challenges and codes live, unless configured otherwise.
const defaultLossPause = 5 * time.Minute

// losses notices when Redis has lost data.
type losses struct {
	pause  time.Duration
	logger *slog.Logger
	known  atomic.Int64 // the highest count of the marker that was seen
	found  atomic.Int64
	until  atomic.Int64 // when the pause that was last met ends, by this process's clock in microseconds; 0 if none is known
}

// LostError is the refusal of a step because Redis has lost data: limits may be forgotten, and used secrets may be back.
type LostError struct {
	Left time.Duration // until steps that charge something are taken again
}

// Error implements error.
func (e *LostError) Error() string {
	return fmt.Sprintf("redis has lost data; nothing is granted for another %v", e.Left.Round(time.Millisecond))
}

// Unwrap returns what it is to a gate.
func (e *LostError) Unwrap() error { return &cattlegrid.PausedError{RetryAfter: e.Left} }

// appendMarker appends what marker.lua wants to know: the count, and how long to pause in microseconds.
func (l *losses) appendMarker(b []byte) []byte {
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(float64(l.known.Load())))
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(float64(max(0, l.pause).Microseconds())))
}

// learn takes note of a count. It reports whether it is a higher one than was known.
func (l *losses) learn(count int64) bool {
	for {
		known := l.known.Load()
		if count <= known {
			return false
		}
		if l.known.CompareAndSwap(known, count) {
			return true
		}
	}
}

// lost is the error of a step that was refused because data was lost.
func (l *losses) lost(ctx context.Context, answer reply) error {
	first := answer.number(1) == 1
	e := &LostError{Left: time.Duration(answer.number(2)) * time.Microsecond}
	if first {
		l.found.Add(1)
	}
	if l.learn(answer.count) || first {
		l.logger.ErrorContext(ctx, "Redis has lost data, so that limits are forgotten and used secrets may be back: nothing is granted for a while;"+
			" find out why it was emptied or came back with older data", slog.Float64("pause_s", e.Left.Seconds()))
	}
	if e.Left > 0 {
		l.until.Store(time.Now().Add(e.Left).UnixMicro())
	}
	return e
}

// left is what is left of the pause, as far as it is known.
func (l *losses) left() time.Duration {
	until := l.until.Load()
	if until == 0 {
		return 0
	}
	return max(0, time.Until(time.UnixMicro(until)))
}

// resume takes note that a step was not refused which began when a pause until noticed was known, if one was.
func (l *losses) resume(ctx context.Context, noticed int64) {
	if noticed != 0 && l.until.CompareAndSwap(noticed, 0) {
		l.logger.InfoContext(ctx, "the pause after the loss of data is over: what limits allow is granted again")
	}
}
