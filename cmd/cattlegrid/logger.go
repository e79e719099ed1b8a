package main

import (
	"io"
	"log/slog"

	"github.com/cattlegrid/cattlegrid/tracing"
)

// logger returns a logger that writes to w as configured.
func (c *config) logger(w io.Writer) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.Log.Level)) // check knows that it is one
	options := &slog.HandlerOptions{Level: level}
	var handler slog.Handler = slog.NewTextHandler(w, options)
	if c.Log.Format == "json" {
		handler = slog.NewJSONHandler(w, options)
	}
	if c.Traces.Endpoint != "" {
		handler = tracing.LogHandler(handler)
	}
	return slog.New(handler)
}
