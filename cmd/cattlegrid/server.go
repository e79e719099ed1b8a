package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"
)

// graceful is how long requests in flight may take once the process has been told to stop.
const graceful = 15 * time.Second

// sharedDrain is http.drain where other processes may take over who comes: what load balancers need to hear of it, and half of
// what Docker waits before it kills.
const sharedDrain = 5 * time.Second

// stopping is how a process stops that was told to.
type stopping struct {
	drain time.Duration // for which all is served as before, so that whoever sends visitors here can hear of it
	told  chan struct{} // closed when that begins; nil if nobody wants to know
}

// handler has connections that are kept end with their next answer once the process was told to stop: otherwise who keeps one
// comes back over it, and finds it closed.
func (s stopping) handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-s.told:
			w.Header().Set("Connection", "close")
		default:
		}
		next.ServeHTTP(w, r)
	})
}

// listen opens the port.
func (c *config) listen(ctx context.Context) (net.Listener, error) {
	return c.listenOn(ctx, "addr", c.Addr)
}

// listenOn opens the port of an address that key says.
func (c *config) listenOn(ctx context.Context, key, addr string) (net.Listener, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err == nil {
		return listener, nil
	}
	s := lookUp(key)
	if errors.Is(err, syscall.EADDRINUSE) {
		s.example = otherPort(addr)
		return nil, c.mistake(s, quote(addr)+" is in use by another process")
	}
	if network, ok := errors.AsType[*net.OpError](err); ok {
		err = network.Err // the rest repeats the address
	}
	return nil, c.mistake(s, quote(addr)+" cannot be listened on: "+err.Error())
}

// otherPort is the address with another port.
func otherPort(addr string) string {
	host, port, _ := net.SplitHostPort(addr)
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil || number == math.MaxUint16 {
		number = 8080
	}
	return net.JoinHostPort(host, strconv.FormatUint(number+1, 10))
}

// newServer returns a server on which no client can hold a worker for long.
func newServer(handler http.Handler, logger *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
}

// answer serves until ctx is done and for stop.drain after that, and then finishes what is in flight.
func (p *program) answer(ctx context.Context, server *http.Server, listener net.Listener, logger *slog.Logger, stop stopping) error {
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	if p.Ready != nil {
		p.Ready(listener.Addr().String())
	}
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	if stop.told != nil {
		close(stop.told)
	}
	if stop.drain > 0 {
		logger.InfoContext(ctx, "draining: /readyz says that this process stops, and all is served", slog.Float64("for_s", stop.drain.Seconds()))
		select {
		case err := <-failed:
			return fmt.Errorf("serve: %w", err)
		case <-time.After(stop.drain):
		}
	}
	logger.InfoContext(ctx, "stopping", slog.Float64("at_most_s", graceful.Seconds()))
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), graceful)
	defer cancel()
	if err := server.Shutdown(grace); err != nil {
		return errors.Join(fmt.Errorf("stop: requests in flight were cut off after %v: %w", graceful, err), server.Close())
	}
	logger.InfoContext(ctx, "stopped")
	return nil
}
