package smsc

import (
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cattlegrid/cattlegrid/sms/smpp/internal/pdu"
)

// Config is what a [Server] needs.
type Config struct {
	// SystemID and Password are the one account.
	SystemID, Password string
	// Name is what the server calls itself. Empty means "smsc".
	Name string
	// Window is how many submits of a link may be open; more are throttled. Zero means 100.
	Window int
	// OnMessage hears of each whole message when it is in the inbox. Nil means nobody does.
	OnMessage func(Message)
	// Now tells the time. Nil means [time.Now].
	Now func() time.Time
}

// Server is the SMSC. It is made by [New] and safe for concurrent use.
type Server struct {
	config Config // without its password
	behave func(Submit) Answer
	check  func(pdu.Bind) pdu.Status // holds the password
	inbox  inbox
	frozen atomic.Bool

	mu        sync.Mutex
	closed    bool
	listeners map[net.Listener]struct{}
	links     map[*link]struct{}
	running   sync.WaitGroup
}

// New makes a server. Behave says how each submit is treated, concurrently; it must return. Nil takes them all.
func New(c Config, behave func(Submit) Answer) *Server {
	if c.Name == "" {
		c.Name = "smsc"
	}
	if c.Window == 0 {
		c.Window = 100
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if behave == nil {
		behave = func(Submit) Answer { return Answer{} }
	}
	check := checker(c.SystemID, c.Password)
	c.Password = ""
	return &Server{
		config: c, behave: behave, check: check,
		listeners: map[net.Listener]struct{}{}, links: map[*link]struct{}{},
	}
}

// Serve takes links until the listener or the server is closed, then it returns nil.
func (s *Server) Serve(l net.Listener) error {
	if !enter(s, s.listeners, l) {
		return l.Close()
	}
	defer leave(s, s.listeners, l)
	for {
		conn, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return err
		}
		go s.ServeConn(conn)
	}
}

// ServeConn serves one link until it ends.
func (s *Server) ServeConn(conn net.Conn) {
	l := newLink(s, conn)
	if !enter(s, s.links, l) {
		_ = conn.Close()
		return
	}
	defer leave(s, s.links, l)
	l.serve()
}

// Close ends all links at once, without a word, and waits for what runs.
func (s *Server) Close() error {
	s.mu.Lock()
	s.closed = true
	errs := make([]error, 0, len(s.listeners))
	for l := range s.listeners {
		errs = append(errs, l.Close())
	}
	s.mu.Unlock()
	s.Cut()
	s.running.Wait()
	return errors.Join(errs...)
}

// enter keeps what Close has to close, unless it is too late.
func enter[T comparable](s *Server, set map[T]struct{}, v T) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	set[v] = struct{}{}
	s.running.Add(1)
	return true
}

func leave[T comparable](s *Server, set map[T]struct{}, v T) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(set, v)
	s.running.Done()
}

func (s *Server) each(do func(*link)) {
	s.mu.Lock()
	links := make([]*link, 0, len(s.links))
	for l := range s.links {
		links = append(links, l)
	}
	s.mu.Unlock()
	for _, l := range links {
		do(l)
	}
}

// Cut closes all links, without a word.
func (s *Server) Cut() { s.each(func(l *link) { _ = l.conn.Close() }) }

// Unbind asks all peers to go.
func (s *Server) Unbind() {
	s.each(func(l *link) { l.write(pdu.PDU{Command: pdu.Unbind, Sequence: l.sequence.Add(1)}) })
}

// Freeze makes the server read and say nothing, until it thaws.
func (s *Server) Freeze(frozen bool) { s.frozen.Store(frozen) }

// Bound returns how many links are bound.
func (s *Server) Bound() int {
	n := 0
	s.each(func(l *link) {
		if l.bound.Load() {
			n++
		}
	})
	return n
}

// Messages returns the newest thousand messages that are whole, oldest first.
func (s *Server) Messages() []Message { return s.inbox.all() }
