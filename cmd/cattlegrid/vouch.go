package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/phone"
)

// vouch records the numbers on standard input, one a line, as verified: so that a new gate knows where a site's users are.
func (p *program) vouch(ctx context.Context, args []string) (err error) {
	path, flags, err := configFlags("vouch", args)
	if err != nil {
		return err
	}
	c, err := load(path, p.Env, flags)
	if err != nil {
		return err
	}
	keys, err := c.loadKeys()
	if err != nil {
		return err
	}
	logger := c.logger(p.Stderr)
	store, closeStore, err := c.openStore(ctx, p.Clock, logger)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeStore()) }()
	c.introduce(ctx, store, keys, logger)
	numbers, err := phone.New(phone.Options{Region: c.Phone.Region, Countries: c.Phone.Countries})
	if err != nil {
		return err
	}
	policy := c.policy()
	gate, err := cattlegrid.New(cattlegrid.Options{
		Sender: unable{}, Store: store, Keys: keys, ParsePhone: numbers.Parse, Policy: &policy, Describe: numbers.Describe, Clock: p.Clock,
	})
	if err != nil {
		return fmt.Errorf("make the gate: %w", err)
	}
	v := voucher{program: p, gate: gate, said: p.Clock()}
	if err := v.read(ctx, p.Stdin); err != nil {
		return fmt.Errorf("vouch: after %d numbers: %w", v.taken, err)
	}
	fmt.Fprintf(p.Stdout, "vouched for %d numbers, left out %d\n", v.taken, v.left)
	return nil
}

// voucher takes numbers from a list.
type voucher struct {
	program     *program
	gate        *cattlegrid.Gate
	taken, left int
	said        time.Time
}

func (v *voucher) read(ctx context.Context, list io.Reader) error {
	lines := bufio.NewScanner(list) // of at most 64 kB each
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		number, err := v.gate.ParsePhone(line)
		if err != nil {
			fmt.Fprintf(v.program.Stderr, "line %d is left out: %v\n", n, err)
			v.left++
			continue
		}
		if err := v.gate.Vouch(ctx, number); err != nil {
			return err
		}
		v.taken++
		if now := v.program.Clock(); now.Sub(v.said) >= progressGap {
			v.said = now
			fmt.Fprintf(v.program.Stderr, "%d numbers so far\n", v.taken)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read the list: %w", err)
	}
	return nil
}

// unable sends nothing.
type unable struct{}

// Send implements [cattlegrid.Sender].
func (unable) Send(context.Context, cattlegrid.Message) (cattlegrid.Delivery, error) {
	return cattlegrid.Delivery{}, &cattlegrid.SendError{
		Class: cattlegrid.Permanent, Provider: "none", Err: errors.New("this command sends no messages"),
	}
}
