// Command rivals writes labelled samples of other modules' captchas, to look at
// or to train solvers on.
//
//	rivals -list
//	rivals -g dchest -n 1000 -dir DIR [-width 240 -height 80 -length 5]
//
// DIR is a new directory. It gets one file for each challenge and labels.tsv,
// which has a line for each: the file's name, a tab, the answer. The command
// cattlegrid sample -dir writes the same.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"text/tabwriter"

	"github.com/cattlegrid/cattlegrid/bench/rivals"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "rivals:", err)
		stop()
		os.Exit(1)
	}
}

const maxSamples = 1_000_000

// run does what the command line says.
func run(ctx context.Context, args []string, stdout io.Writer) error {
	var s samples
	set := flag.NewFlagSet("rivals", flag.ContinueOnError)
	set.SetOutput(stdout)
	names := set.Bool("list", false, "list the generators")
	name := set.String("g", "", "`name` of the generator")
	set.IntVar(&s.number, "n", 24, "`number` of challenges")
	set.StringVar(&s.directory, "dir", "", "a new `directory` to write to")
	set.IntVar(&s.size.Width, "width", 240, "`pixels`")
	set.IntVar(&s.size.Height, "height", 80, "`pixels`")
	set.IntVar(&s.size.Length, "length", 5, "`characters` in an answer")
	if err := set.Parse(args); err != nil {
		return fmt.Errorf("read flags: %w", err)
	}
	switch {
	case set.NArg() > 0:
		return fmt.Errorf("%q is no flag", set.Arg(0))
	case *names:
		return list(stdout)
	case s.number < 1 || s.number > maxSamples:
		return fmt.Errorf("-n %d is not between 1 and %d", s.number, maxSamples)
	case s.directory == "":
		return errors.New("-dir is missing; name a directory that is not there yet")
	}
	rival, err := rivals.Find(*name)
	if err != nil {
		return fmt.Errorf("-g: %w", err)
	}
	s.rival = rival
	return s.write(ctx)
}

// list prints what -g may be.
func list(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, r := range append(rivals.Pictures(), rivals.Sounds()...) {
		fmt.Fprintf(table, "%s\t%s\t%s\n", r.Name, r.Format, r.Module)
	}
	return table.Flush()
}
