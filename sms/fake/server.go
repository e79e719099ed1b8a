package fake

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

// Message is one that a provider was asked to send.
type Message struct {
	ID       string // the provider's own
	Ref      string // the sender's, if the provider takes one: cattlegrid.Message.ID
	To       string // E.164
	Template string // and what fills it, by name or "1", "2"…
	Values   map[string]string
	Text     string // where the provider takes text
	From     string // signature or sender
	At       time.Time
}

// Provider is a provider's side of an HTTP wire.
type Provider interface {
	// Name is the short name of the provider in deliveries.
	Name() string
	// Receive reads a request and checks it as the provider does. An error is answered with Refuse(BadKey) if it is
	// [ErrKey], else with Refuse(BadTemplate).
	Receive(r *http.Request, body []byte) (Message, error)
	// Accept answers that m was taken.
	Accept(w http.ResponseWriter, m Message)
	// Refuse answers that it was not, with a code that the provider documents for the outcome.
	Refuse(w http.ResponseWriter, o Outcome)
	// Receipt is the request by which the provider reports on m to a URL; nil if it makes none.
	Receipt(m Message, url string, state cattlegrid.ReceiptState) *http.Request
}

// namer is a provider whose ids have a form of their own.
type namer interface{ NewID() string }

// ErrKey means that a request is not signed, or not as it should be.
var ErrKey = errors.New("the request is not authentic")

const (
	maxRequest  = 64 << 10 // bytes
	maxMessages = 10_000   // that are remembered
)

// Server is a fake provider. It is an [http.Handler].
type Server struct {
	provider Provider
	behave   Behaviour
	wrong    func(error) // is told what was wrong with a request, if set
	newID    func() string
	clock    func() time.Time

	mu       sync.Mutex
	messages []Message
	problems []error
	hanging  chan struct{} // receives when a request hangs
}

// NewServer returns a server for a provider. A nil behaviour takes everything.
func NewServer(p Provider, behave Behaviour) *Server {
	if behave == nil {
		behave = func(Message) Outcome { return Take }
	}
	s := &Server{provider: p, behave: behave, newID: newID, clock: time.Now, hanging: make(chan struct{}, 1)}
	if own, ok := p.(namer); ok {
		s.newID = own.NewID
	}
	return s
}

// Messages returns what was taken, the oldest first.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Message(nil), s.messages...)
}

// Problems returns what was wrong with requests, the oldest first.
func (s *Server) Problems() []error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]error(nil), s.problems...)
}

// Hanging receives after a request began to hang.
func (s *Server) Hanging() <-chan struct{} { return s.hanging }

// ServeHTTP implements [http.Handler].
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	if err != nil {
		s.problem(fmt.Errorf("the body cannot be read: %w", err))
		http.Error(w, "the body cannot be read", http.StatusBadRequest)
		return
	}
	m, err := s.provider.Receive(r, body)
	if err != nil {
		s.problem(err)
		if errors.Is(err, ErrKey) {
			s.provider.Refuse(w, BadKey)
		} else {
			s.provider.Refuse(w, BadTemplate)
		}
		return
	}
	m.ID, m.At = s.newID(), s.clock()
	outcome := s.behave(m)
	if outcome.Takes() {
		s.take(m)
	}
	s.answer(w, r, m, outcome)
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request, m Message, outcome Outcome) {
	switch outcome {
	case Take:
		s.provider.Accept(w, m)
	case Garbage:
		_, _ = io.WriteString(w, "<html>"+m.To+" "+m.Text)
	case Huge:
		chunk := make([]byte, 32<<10)
		for range 64 {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	case Redirect:
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	case ServerError:
		w.WriteHeader(http.StatusInternalServerError)
	case HangTaken, HangUntaken:
		select {
		case s.hanging <- struct{}{}:
		default:
		}
		<-r.Context().Done()
		panic(http.ErrAbortHandler) // to return would be an answer, and whoever gives up may still hear it
	case CloseTaken, CloseUntaken:
		panic(http.ErrAbortHandler)
	default:
		s.provider.Refuse(w, outcome)
	}
}

func (s *Server) take(m Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.messages) == maxMessages {
		s.messages = append(s.messages[:0], s.messages[maxMessages/2:]...)
	}
	s.messages = append(s.messages, m)
}

func (s *Server) problem(err error) {
	if s.wrong != nil {
		s.wrong(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.problems) < maxMessages {
		s.problems = append(s.problems, err)
	}
}
