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
	for {
		n, err := from.Read(buffer)
		if fault, swallowed := l.meet(n, direction); n > 0 && !swallowed {
			parcels <- parcel{append([]byte(nil), buffer[:n]...), time.Now().Add(fault.Delay)}
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

// meet returns what befalls n bytes. Once some were swallowed all are, as by a router that has forgotten the connection: what
// comes behind a gap would be of no use.
func (l *link) meet(n int, direction func(Fault) Direction) (fault Fault, swallowed bool) {
	l.proxy.mu.Lock()
	defer l.proxy.mu.Unlock()
	fault = l.proxy.fault
	l.spoiled = l.spoiled || n > 0 && direction(fault) == Swallow
	return fault, l.spoiled
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
