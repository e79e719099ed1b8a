package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/caarlos0/env/v11"
)

func main() { os.Exit(process(nil)) }

// process runs the program with what the process has: arguments, environment, streams, signals.
func process(ready func(addr string)) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	p := program{Args: os.Args[1:], Env: env.ToMap(os.Environ()), Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Ready: ready}
	return p.run(ctx)
}

// program is one run of the command. Tests start it within their own process:
//
//	p := program{
//		Args:   []string{"serve"},
//		Env:    map[string]string{"CATTLEGRID_ADDR": "127.0.0.1:0", "CATTLEGRID_DATA": t.TempDir(), "CATTLEGRID_DEV": "true"},
//		Ready:  func(addr string) { ready <- addr },
//		…
//	}
//	go func() { done <- p.run(ctx) }()
//	url := "http://" + <-ready
//
// Cancelling the context is what SIGTERM is to a process.
type program struct {
	Args   []string          // without the name of the program
	Env    map[string]string // the environment; the process' own is not read
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer

	Clock func() time.Time  // nil means time.Now
	Ready func(addr string) // if set, is called once the server answers, with the address that it listens on
}

// Exit codes.
const (
	exitOK    = 0
	exitError = 1
	exitUsage = 2 // the command line makes no sense
)

// run does what the command line says and returns the exit code.
func (p *program) run(ctx context.Context) int {
	if p.Clock == nil {
		p.Clock = time.Now
	}
	name, args := p.words()
	err := p.command(ctx, name, args)
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(p.Stdout, usageOf(name))
		return exitOK
	}
	for line := range strings.Lines(err.Error() + "\n") {
		fmt.Fprint(p.Stderr, "cattlegrid: ", line)
	}
	if _, ok := errors.AsType[usageError](err); ok {
		fmt.Fprintf(p.Stderr, "see cattlegrid %s\n", whereToLook(name))
		return exitUsage
	}
	return exitError
}

// words splits the command line into a command and what it is given.
func (p *program) words() (name string, args []string) {
	if len(p.Args) == 0 {
		return "serve", nil
	}
	switch first := p.Args[0]; first {
	case "-h", "-help", "--help":
		return "help", nil
	case "help":
		if len(p.Args) > 1 && !strings.HasPrefix(p.Args[1], "-") {
			return p.Args[1], []string{"-h"}
		}
		return first, nil
	case "-version", "--version":
		return "version", p.Args[1:]
	default:
		if strings.HasPrefix(first, "-") { // flags alone are those of serve
			return "serve", p.Args
		}
		return first, p.Args[1:]
	}
}

func (p *program) command(ctx context.Context, name string, args []string) error {
	switch name {
	case "serve":
		return p.serve(ctx, args)
	case "config":
		return p.printConfig(args)
	case "check":
		return p.check(args)
	case "sample":
		return p.sample(ctx, args)
	case "simulate":
		return p.simulate(ctx, args)
	case "load":
		return p.load(ctx, args)
	case "fake-sms":
		return p.fakeSMS(ctx, args)
	case "vouch":
		return p.vouch(ctx, args)
	case "version":
		return p.printVersion(args)
	case "help":
		return flag.ErrHelp
	default:
		return usageError{fmt.Errorf("unknown command %s", quote(name))}
	}
}
