package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"regexp"
	"time"
)

// usageError is a command line that makes no sense.
type usageError struct{ error }

// readFlags reads what the command line says, by the names of keys, into c.
func (c *config) readFlags(flags map[string]string) error {
	var wrong []error
	for _, s := range settings() {
		if text, ok := flags[s.key]; ok {
			wrong = append(wrong, s.set(c, text, origin{kind: byFlag, place: "-" + s.key}))
		}
	}
	return errors.Join(wrong...)
}

// configFlags reads the command line of the commands that take a configuration.
func configFlags(command string, args []string) (path string, given map[string]string, err error) {
	given = map[string]string{}
	set := newFlags(command)
	set.StringVar(&path, "config", "", "")
	for _, key := range []string{"addr", "data"} {
		set.Func(key, "", func(text string) error {
			given[key] = text
			return nil
		})
	}
	set.BoolFunc("dev", "", func(text string) error {
		given["dev"] = text
		return nil
	})
	return path, given, parseFlags(set, args)
}

// newFlags returns a flag set that prints nothing: see usage.
func newFlags(command string) *flag.FlagSet {
	set := flag.NewFlagSet(command, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	return set
}

// parseFlags reads args, all of which must be flags. The error is flag.ErrHelp or a usageError.
func parseFlags(set *flag.FlagSet, args []string) error {
	switch err := set.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return err
	case err != nil:
		return usageError{fmt.Errorf("%s: %s", set.Name(), explained(set, err.Error()))}
	case set.NArg() > 0:
		return usageError{fmt.Errorf("%s: unexpected argument %s", set.Name(), quote(set.Arg(0)))}
	}
	return nil
}

// unparsed is how package flag says that a value makes no sense, and not what would.
var unparsed = regexp.MustCompile(`^(invalid value .* for flag -(\S+): )parse error$`)

// explained is what is wrong with a command line, with what a flag wants.
func explained(set *flag.FlagSet, wrong string) string {
	match := unparsed.FindStringSubmatch(wrong)
	if match == nil {
		return wrong
	}
	value, _ := set.Lookup(match[2]).Value.(flag.Getter)
	switch value.Get().(type) {
	case time.Duration:
		return match[1] + "want a duration like 10s"
	case int:
		return match[1] + "want a whole number like 10"
	default:
		return match[1] + "want a number like 0.5"
	}
}
