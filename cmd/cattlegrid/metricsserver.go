package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metricsServer answers Prometheus.
type metricsServer struct {
	addr   net.Addr
	server *http.Server
	done   chan struct{}
}

// metricsAddr is where metrics are served: on this machine alone, unless a host is named.
func (c *config) metricsAddr() string {
	host, port, _ := net.SplitHostPort(c.Metrics.Addr) // check knows that it is one
	if host == "" {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

// serveMetrics opens the port of metrics and answers there until it is closed.
func (c *config) serveMetrics(ctx context.Context, registry *prometheus.Registry, logger *slog.Logger) (*metricsServer, error) {
	listener, err := c.listenOn(ctx, "metrics.addr", c.metricsAddr())
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	profiles(mux)
	m := &metricsServer{addr: listener.Addr(), server: newServer(mux, logger), done: make(chan struct{})}
	go func() {
		defer close(m.done)
		if err := m.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			logger.ErrorContext(ctx, "metrics are not served any more", slog.Any("error", err))
		}
	}()
	return m, nil
}

// close does not wait for whoever is still reading.
func (m *metricsServer) close() {
	_ = m.server.Close()
	<-m.done
}
