package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/httpapi"
	"github.com/cattlegrid/cattlegrid/sms/console"
	"github.com/cattlegrid/cattlegrid/sms/webhook"
)

// refusal says why the configuration, though each value is possible, must not serve.
func (c *config) refusal() error {
	if c.SMS.Provider != "" {
		return nil
	}
	return errors.New("sms.provider is not set, so no code could be sent;" +
		" for example CATTLEGRID_SMS_PROVIDER=webhook CATTLEGRID_SMS_WEBHOOK_URL=https://www.example.com/sms" +
		" CATTLEGRID_SMS_WEBHOOK_SECRET_FILE=/run/secrets/webhook; or, to try it without a provider, CATTLEGRID_DEV=true")
}

// sender returns what delivers messages and, in development mode, the inbox in which they can be read; else it is nil.
func (c *config) sender(stdout io.Writer, clock func() time.Time) (cattlegrid.Sender, httpapi.Inbox, error) {
	if c.SMS.Provider == "console" {
		printer := console.New(stdout)
		return printer, printer, nil
	}
	poster, err := webhook.New(c.SMS.Webhook.config(clock))
	if err != nil {
		return nil, nil, fmt.Errorf("sms.webhook: %w", err)
	}
	if c.Dev {
		copied := copySender{poster, console.New(nil)}
		return copied, copied.inbox, nil
	}
	return poster, nil, nil
}

func (w webhookConfig) config(clock func() time.Time) webhook.Config {
	return webhook.Config{
		URL:          w.URL,
		Secret:       w.Secret,
		Timeout:      time.Duration(w.Timeout),
		AllowPrivate: w.AllowPrivate,
		Now:          clock,
	}
}

// sendTimeout is how long the gate waits for the sender, which knows better what became of the message, and so is left
// to give up first.
func (c *config) sendTimeout() time.Duration {
	return time.Duration(c.SMS.Webhook.Timeout) + time.Second
}

// copySender keeps a copy of each message that was taken.
type copySender struct {
	cattlegrid.Sender
	inbox *console.Sender
}

// Send implements cattlegrid.Sender.
func (s copySender) Send(ctx context.Context, m cattlegrid.Message) (cattlegrid.Delivery, error) {
	delivery, err := s.Sender.Send(ctx, m)
	if err != nil {
		return delivery, err
	}
	_, err = s.inbox.Send(context.WithoutCancel(ctx), m)
	return delivery, err
}
