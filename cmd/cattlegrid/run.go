package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/httpapi"
	"github.com/cattlegrid/cattlegrid/phone"
)

// serve wires everything together and answers requests until ctx is done.
func (p *program) serve(ctx context.Context, args []string) (err error) {
	path, flags, err := configFlags("serve", args)
	if err != nil {
		return err
	}
	ctx, end := context.WithCancel(ctx)
	defer end()
	told := newHangups(end) // at once: a SIGHUP that is not waited for ends the process
	defer told.stop()
	read := func() (*config, error) { return load(path, p.Env, flags) }
	c, err := read()
	if err != nil {
		return err
	}
	if err := c.refusal(); err != nil {
		return err
	}
	logger := c.logger(p.Stderr)

	// First what fails most often, and leaves nothing behind.
	listener, err := c.listen(ctx)
	if err != nil {
		return err
	}
	defer listener.Close() // closed already, unless another error is on its way

	keys, err := c.loadKeys()
	if err != nil {
		return err
	}
	store, closeStore, err := c.openStore(ctx, p.Clock, logger)
	if err != nil {
		return err
	}
	// Last, when no request is in flight any more: what is not written yet is written now.
	defer func() { err = errors.Join(err, closeStore()) }()
	c.introduce(ctx, store, keys, logger)

	watch, err := c.newWatch(ctx, p.Clock, logger)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, watch.close(ctx)) }()

	if store, err = watch.store(store); err != nil {
		return err
	}
	reports := newReports(watch, logger)
	out, err := c.outgoing(ctx, p.Stdout, &senders{clock: p.Clock, logger: logger, watch: watch, receipt: reports.receive})
	if err != nil {
		return err
	}
	defer func() {
		close(reports.ended) // what senders have received waits for the gate, and there may be none
		err = errors.Join(err, out.close(ctx))
	}()
	if c.Dev {
		store, out.sender = whisperStore{store}, whisperSender{out.sender}
	}
	// Whose numbers are served is for the policy to say, so that the operator hears of the others.
	numbers, err := phone.New(phone.Options{Region: c.Phone.Region, Countries: c.Phone.Countries, Any: true})
	if err != nil {
		return err
	}
	style, err := c.Captcha.style()
	if err != nil {
		return err
	}
	policy := c.policy()
	reloader := &reloader{read: read, started: c, watch: watch, logger: logger}
	reloader.prices.Store(c)
	gate, err := cattlegrid.New(cattlegrid.Options{
		Sender:        out.sender,
		Store:         store,
		Keys:          keys,
		ParsePhone:    numbers.Parse,
		Policy:        &policy,
		Describe:      numbers.Describe,
		Price:         reloader.price,
		TestNumbers:   c.testCodes(),
		Work:          cattlegrid.WorkOptions(c.Guard.Work),
		OnDecision:    reports.decided,
		OnReport:      reports.onReport(c),
		OnChallenge:   watch.decisions.Challenge,
		Style:         style,
		StyleRotation: time.Duration(c.Captcha.StyleRotation),
		Brand:         c.Code.Brand,
		WebOTPHost:    c.Code.WebOTPHost,
		Issuer:        c.Proof.Issuer,
		Audience:      c.Proof.Audience,
		CodeLifetime:  time.Duration(c.Code.Lifetime),
		CodeDigits:    c.Code.Digits,
		SendTimeout:   c.sendTimeout(),
		Clock:         p.Clock,
	})
	if err != nil {
		return fmt.Errorf("make the gate: %w", err)
	}
	defer reports.start(ctx, gate, out)()
	stop := stopping{drain: time.Duration(c.HTTP.Drain), told: make(chan struct{})}
	handler, err := httpapi.New(gate, httpapi.Options{
		TrustedProxies: c.HTTP.proxies(),
		TrustedOrigins: c.HTTP.TrustedOrigins,
		Inbox:          out.inbox,
		Receivers:      out.receivers,
		OnShed:         watch.decisions.Shed,
		Stopping:       stop.told,
		Logger:         logger,
	})
	if err != nil {
		return fmt.Errorf("make the handler: %w", err)
	}
	if handler, err = watch.handler(handler); err != nil {
		return err
	}
	if c.Dev {
		handler = whispers(handler)
	}

	defer reloader.follow(ctx, told, gate)()

	c.logRotation(keys, logger)
	c.greet(p.Stderr, listener.Addr(), watch.metricsAddr(), logger)
	return p.answer(ctx, newServer(stop.handler(handler), logger), listener, logger, stop)
}
