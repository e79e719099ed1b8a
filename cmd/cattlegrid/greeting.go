package main

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"path/filepath"
	"strings"
)

// greet tells where to look, and what is dangerous about the configuration: in words, or for logs in JSON as a record.
func (c *config) greet(w io.Writer, addr, metrics net.Addr, logger *slog.Logger) {
	if c.Log.Format == "json" {
		logger.Info("listening", slog.String("addr", addr.String()), slog.String("version", version()),
			slog.Bool("dev", c.Dev), slog.String("store", c.Store), slog.String("provider", c.SMS.Provider))
	} else {
		fmt.Fprint(w, c.greeting(addr, metrics))
	}
	if c.Dev && !isLoopback(c.Addr) {
		logger.Warn("development mode on an address that others may reach: whoever opens the page can read every code; unset dev",
			slog.String("addr", c.Addr))
	}
	if metrics != nil && !isLoopback(c.metricsAddr()) {
		logger.Warn("metrics are served on an address that others may reach: let only Prometheus through, or unset the host of metrics.addr",
			slog.String("addr", metrics.String()))
	}
	for _, warning := range c.redisWarnings() {
		logger.Warn("Redis is not as safe as it can be", slog.String("warning", warning))
	}
	if c.Guard.Mode == "observe" {
		logger.Warn("the guard only observes: it refuses nothing; unset guard.mode")
	}
	if len(c.Guard.TestNumbers) > 0 && !c.Dev {
		logger.Warn("test numbers are in force: whoever knows one and its code is let in", slog.Int("numbers", len(c.Guard.TestNumbers)))
	}
	if c.Store == "memory" && !c.Dev {
		logger.Warn("store is memory: a restart forgets every limit")
	}
}

func (c *config) greeting(addr, metrics net.Addr) string {
	url := baseURL(addr)
	var b strings.Builder
	fmt.Fprintf(&b, "\ncattlegrid %s listens on %v\n\n", version(), addr)
	line := func(name, value string) { fmt.Fprintf(&b, "  %-8s  %s\n", name, value) }
	line("page", url+"/")
	switch c.Store {
	case "bolt":
		line("store", c.storePath())
	case "redis":
		line("store", lookUp("redis_url").shown(c))
	default:
		line("store", "memory, forgotten at the end")
	}
	if c.Keys.Sign != "" {
		line("keys", "from the configuration")
	} else {
		line("keys", filepath.Join(c.Data, signKeyFile)+", "+filepath.Join(c.Data, hashKeyFile))
	}
	if metrics != nil {
		line("metrics", baseURL(metrics)+"/metrics")
	}
	switch {
	case c.SMS.Provider == "console":
		line("messages", "development mode: printed here, shown on the page and at")
		line("", url+"/dev/inbox?mobile=13800138000")
	case c.Dev:
		line("messages", c.whereMessagesGo()+"; development mode: also shown on the page")
	default:
		line("messages", c.whereMessagesGo())
	}
	b.WriteString("\n")
	return b.String()
}

// whereMessagesGo says who delivers messages.
func (c *config) whereMessagesGo() string {
	first := "by " + c.SMS.Provider
	if c.SMS.Provider == "webhook" {
		first = "posted to " + lookUp("sms.webhook.url").shown(c)
	}
	if len(c.SMS.Fallback) > 0 {
		first += ", then by " + strings.Join(c.SMS.Fallback, ", ")
	}
	return first
}

// baseURL is where a browser on this machine finds the server.
func baseURL(addr net.Addr) string {
	listening, err := netip.ParseAddrPort(addr.String())
	if err == nil && listening.Addr().IsUnspecified() {
		return fmt.Sprintf("http://localhost:%d", listening.Port())
	}
	return "http://" + addr.String()
}
