package faults

import (
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// link is one connection through the proxy.
type link struct {
	proxy          *Proxy
	client, server net.Conn
	spoiled        atomic.Bool // bytes were swallowed
}

// run carries bytes both ways until one side ends.
func (l *link) run() {
	var both sync.WaitGroup
	both.Go(func() { l.pump(l.client, l.server, func(f Fault) Direction { return f.ToServer }) })
	both.Go(func() { l.pump(l.server, l.client, func(f Fault) Direction { return f.ToClient }) })
	both.Wait()
}

func (l *link) cut() {
	reset(l.client)
	reset(l.server)
}

// reset closes a connection without the usual farewell.
func reset(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.Close()
}

// parcel is bytes on their way.
type parcel struct {
	bytes []byte
	due   time.Time
}

// onTheWay bounds how many parcels one direction of a connection holds.
const onTheWay = 1024

// pump carries bytes one way. Reading does not wait for what is delayed, so that a delay is no throttle.
func (l *link) pump(from, to net.Conn, direction func(Fault) Direction) {
	parcels := make(chan parcel, onTheWay)
	var writer sync.WaitGroup
	writer.Go(func() {
		for p := range parcels {
			if l.wait(time.Until(p.due)) {
				_, _ = to.Write(p.bytes) // a failure is seen by reading
			}
		}
	})
	buffer := make([]byte, 16<<10)
	var free time.Time // when the line has room for the next byte
	for {
		n, err := from.Read(buffer)
		fault, _ := l.proxy.now()
		switch {
		case n == 0:
		case direction(fault) == Swallow:
			l.spoiled.Store(true)
		default:
			now := time.Now()
			if fault.Rate > 0 {
				free = later(free, now).Add(time.Duration(n) * time.Second / time.Duration(fault.Rate))
				now = free
			}
			parcels <- parcel{append([]byte(nil), buffer[:n]...), now.Add(fault.Delay)}
		}
		if err != nil {
			break
		}
	}
	close(parcels)
	writer.Wait()
	_ = from.Close()
	_ = to.Close()
}

// wait reports whether a time has passed; it has not if the proxy is closed.
func (l *link) wait(d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-l.proxy.ctx.Done():
		return false
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
