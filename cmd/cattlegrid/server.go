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

// answer serves until ctx is done, and then finishes what is in flight.
func (p *program) answer(ctx context.Context, server *http.Server, listener net.Listener, logger *slog.Logger) error {
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
	logger.InfoContext(ctx, "stopping", slog.Duration("at_most", graceful))
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), graceful)
	defer cancel()
	if err := server.Shutdown(grace); err != nil {
		return errors.Join(fmt.Errorf("stop: requests in flight were cut off after %v: %w", graceful, err), server.Close())
	}
	logger.InfoContext(ctx, "stopped")
	return nil
}
