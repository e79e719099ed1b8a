package faults

import (
	"net"
	"sync"
	"time"
)

// link is one connection through the proxy.
type link struct {
	proxy          *Proxy
	client, server net.Conn
	spoiled        bool // bytes were swallowed; the proxy's mu guards it
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
		if fault, swallowed := l.meet(n, direction); n > 0 && !swallowed {
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

// meet returns what befalls n bytes. Those that are swallowed spoil the link in the same moment, so that it cannot outlive the
// fault without them.
func (l *link) meet(n int, direction func(Fault) Direction) (fault Fault, swallowed bool) {
	l.proxy.mu.Lock()
	defer l.proxy.mu.Unlock()
	fault = l.proxy.fault
	swallowed = n > 0 && direction(fault) == Swallow
	l.spoiled = l.spoiled || swallowed
	return fault, swallowed
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
