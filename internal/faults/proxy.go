package faults

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// Fault is what a network does. The zero value is one that works.
type Fault struct {
	Delay    time.Duration // of all bytes, each way; the order stays
	ToServer Direction
	ToClient Direction
	Refuse   bool // connections are accepted and closed at once
	Hang     bool // connections are not accepted, and wait
}

// Direction is what happens to bytes that go one way.
type Direction int

// Bytes pass, or are taken and never come out.
const (
	Pass Direction = iota
	Swallow
)

// Proxy is a network between its address and a server. It is safe for concurrent use.
type Proxy struct {
	listener net.Listener
	ctx      context.Context //nolint:containedctx // of what runs until Close
	stop     context.CancelFunc
	all      sync.WaitGroup

	mu      sync.Mutex
	target  string
	fault   Fault
	changed chan struct{} // closed when fault is replaced
	links   map[*link]struct{}
	cuts    int // how often all connections were ended
}

// Listen returns a proxy on a free port of the loopback interface to the server at target, host:port.
func Listen(target string) (*Proxy, error) {
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("faults: %w", err)
	}
	p := &Proxy{target: target, listener: listener, changed: make(chan struct{}), links: map[*link]struct{}{}}
	p.ctx, p.stop = context.WithCancel(context.Background())
	p.all.Go(p.accept)
	return p, nil
}

// Addr is host:port of the proxy.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// Set replaces the fault. Connections that have lost bytes stay silent, whatever the new one is: see Cut.
func (p *Proxy) Set(f Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fault = f
	close(p.changed)
	p.changed = make(chan struct{})
}

// Point has connections from now on go to another server, as when an address moves. Those that are there stay, see Cut.
func (p *Proxy) Point(target string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.target = target
}

// Cut ends all connections at once, as a firewall does that forgets them: with a reset. Those that are being made end as well.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cuts++
	for l := range p.links {
		l.cut()
	}
}

// Close ends all connections and frees the address.
func (p *Proxy) Close() error {
	p.stop()
	err := p.listener.Close()
	p.Cut()
	p.all.Wait()
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// now returns the fault, and what is closed when it changes.
func (p *Proxy) now() (Fault, <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.fault, p.changed
}

// accept takes connections, unless they are to hang: then they stay in the system's queue, from where they are answered by
// nobody.
func (p *Proxy) accept() {
	for p.ctx.Err() == nil {
		if fault, changed := p.now(); fault.Hang {
			select {
			case <-changed:
			case <-p.ctx.Done():
			}
			continue
		}
		conn, err := p.listener.Accept()
		if err != nil {
			continue // it is closed, or out of files, which the test will see
		}
		p.all.Go(func() { p.serve(conn) })
	}
}

// serve connects a client with the server.
func (p *Proxy) serve(client net.Conn) {
	// A connection that was waited for when the fault came is one that came after it.
	fault, changed := p.now()
	for fault.Hang {
		select {
		case <-changed:
		case <-p.ctx.Done():
			_ = client.Close()
			return
		}
		fault, changed = p.now()
	}
	if fault.Refuse {
		reset(client)
		return
	}
	p.mu.Lock()
	target, cuts := p.target, p.cuts
	p.mu.Unlock()
	server, err := new(net.Dialer).DialContext(p.ctx, "tcp", target)
	if err != nil {
		reset(client)
		return
	}
	p.carry(client, server, cuts)
}

// carry is one connection, from when the server has answered it until it ends. It was begun after so many cuts.
func (p *Proxy) carry(client, server net.Conn, cuts int) {
	l := &link{proxy: p, client: client, server: server}
	p.mu.Lock()
	p.links[l] = struct{}{}
	if p.cuts != cuts {
		l.cut() // with the others
	}
	p.mu.Unlock()
	l.run()
	p.mu.Lock()
	delete(p.links, l)
	p.mu.Unlock()
}
