package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/httpapi"
	"github.com/cattlegrid/cattlegrid/sms/console"
	"github.com/cattlegrid/cattlegrid/sms/route"
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

// outgoing is what delivers messages, and what belongs to it.
type outgoing struct {
	sender    cattlegrid.Sender
	inbox     httpapi.Inbox               // in development mode, where messages can be read; else nil
	receivers map[string]httpapi.Receiver // of receipts, by provider
	feedback  map[string]feedback         // of providers who want to know what became of a message
	route     *route.Route                // nil if there is one provider
	closers   []closer
}

// feedback is a sender whose provider wants to know whether a message was of use.
type feedback interface {
	Feedback(ctx context.Context, id string, converted bool) error
}

// outgoing makes what delivers messages.
func (c *config) outgoing(ctx context.Context, stdout io.Writer, s *senders) (*outgoing, error) {
	if c.SMS.Provider == "console" {
		printer := console.New(stdout)
		return &outgoing{sender: s.watch.only(c.SMS.Provider, printer), inbox: printer}, nil
	}
	out := &outgoing{receivers: map[string]httpapi.Receiver{}, feedback: map[string]feedback{}}
	s.timeout = c.tryTimeout()
	var links []route.Link
	for _, name := range c.senderNames() {
		p, _ := providerOf(name) // which check has seen
		sender, err := p.sender(c, s)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("make the sender %s: %w", name, err), out.close(ctx))
		}
		out.add(c, name, sender)
		links = append(links, route.Link{
			Name: name, Sender: s.watch.link(name, sender), Countries: orAll(p.countries(&c.SMS)), Prices: c.pricesOf(name), Timeout: s.timeout,
		})
		out.sender = s.watch.only(name, sender)
	}
	if len(links) > 1 {
		var err error
		out.route, err = route.New(route.Options{
			Links: links, Order: c.routeOrder(), OnEvent: routeEvents(ctx, s.logger), OnTry: s.watch.tried, Clock: s.clock,
		})
		if err != nil {
			return nil, errors.Join(fmt.Errorf("make the route: %w", err), out.close(ctx))
		}
		out.sender = out.route
	}
	if c.Dev {
		copied := copySender{out.sender, console.New(nil)}
		out.sender, out.inbox = copied, copied.inbox
	}
	return out, nil
}

// orAll is nil, which means all countries, where none is listed.
func orAll(countries []string) []string {
	if len(countries) == 0 {
		return nil
	}
	return countries
}

// add notes what a sender can do besides sending.
func (o *outgoing) add(c *config, name string, sender cattlegrid.Sender) {
	if r, ok := sender.(httpapi.Receiver); ok && c.SMS.ReceiptsURL != "" {
		o.receivers[name] = r
	}
	if f, ok := sender.(feedback); ok && c.SMS.wantsFeedback(name) {
		o.feedback[name] = f
	}
	if s, ok := sender.(closer); ok {
		o.closers = append(o.closers, s)
	}
}

// close ends what senders keep open.
func (o *outgoing) close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), graceful)
	defer cancel()
	wrong := make([]error, 0, len(o.closers))
	for _, s := range o.closers {
		wrong = append(wrong, s.Close(ctx))
	}
	return errors.Join(wrong...)
}

// senderNames are the providers that messages go to, the first one first.
func (c *config) senderNames() []string {
	return append([]string{c.SMS.Provider}, c.SMS.Fallback...)
}

func (c *smsConfig) wantsFeedback(provider string) bool {
	return provider == "twilio" && c.Twilio.Feedback || provider == "aws" && c.AWS.Feedback
}

// routeTimeout bounds a try where there is another provider: nobody waits for more than two of them.
const routeTimeout = 2500 * time.Millisecond

// tryTimeout is how long a provider may take.
func (c *config) tryTimeout() time.Duration {
	if len(c.SMS.Fallback) > 0 {
		return min(routeTimeout, time.Duration(c.SMS.Timeout))
	}
	return time.Duration(c.SMS.Timeout)
}

func (c *config) routeOrder() route.Order {
	switch c.SMS.Order {
	case "price":
		return route.ByPrice
	case "adaptive":
		return route.Adaptive
	default:
		return route.Configured
	}
}

// pricesOf is what messages cost with a provider, by country; nil if there is no list.
func (c *config) pricesOf(provider string) map[string]float64 {
	if c.prices == nil {
		return nil
	}
	prices := map[string]float64{"": float64(c.prices.of(provider, ""))}
	for key := range c.prices.prices {
		if _, country, ok := strings.Cut("."+strings.TrimPrefix(key, provider+"."), "."); ok && isCountry(country) {
			prices[country] = float64(c.prices.of(provider, country))
		}
	}
	return prices
}

// routeEvents tells the operator what changes for a provider.
func routeEvents(ctx context.Context, logger *slog.Logger) func(route.Event) {
	return func(e route.Event) {
		attrs := []slog.Attr{slog.String("provider", e.Link), slog.String("change", string(e.Change)), slog.String("reason", string(e.Reason))}
		if !e.Until.IsZero() {
			attrs = append(attrs, slog.Time("until", e.Until))
		}
		if e.Kind != (route.Kind{}) {
			attrs = append(attrs, slog.String("country", e.Kind.Country), slog.String("purpose", e.Kind.Purpose), slog.String("lang", e.Kind.Lang))
		}
		level := slog.LevelInfo
		if e.Err != nil {
			level, attrs = slog.LevelWarn, append(attrs, slog.Any("error", e.Err))
		}
		logger.LogAttrs(ctx, level, "provider", attrs...)
	}
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
	longest := time.Duration(0)
	for _, name := range c.senderNames() {
		timeout := c.tryTimeout()
		if name == "webhook" {
			timeout = time.Duration(c.SMS.Webhook.Timeout)
		}
		longest = max(longest, timeout)
	}
	if len(c.SMS.Fallback) > 0 {
		longest = 2 * routeTimeout
	}
	return longest + time.Second
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
