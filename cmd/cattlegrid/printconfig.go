package main

import (
	"fmt"
	"strings"
	"text/tabwriter"
)

// printConfig prints the configuration in force as TOML, secrets masked, with where each value comes from.
func (p *program) printConfig(args []string) error {
	c, err := p.configure("config", args)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprint(p.Stdout, c); err != nil {
		return err
	}
	if err := c.refusal(); err != nil {
		fmt.Fprintf(p.Stderr, "cattlegrid: note that serve refuses to start: %v\n", err)
	}
	return nil
}

// configure reads the configuration of a command.
func (p *program) configure(command string, args []string) (*config, error) {
	path, flags, err := configFlags(command, args)
	if err != nil {
		return nil, err
	}
	return load(path, p.Env, flags)
}

// concerns reports whether a section is to be printed: of those of providers, only the ones in which something is set.
func (c *config) concerns(section string) bool {
	if !strings.HasPrefix(section, "sms.") || section == "sms.webhook" {
		return true
	}
	for key := range c.origins {
		if strings.HasPrefix(key, section+".") {
			return true
		}
	}
	return false
}

// String returns the configuration as TOML, secrets masked. Providers that nothing is set of are left out.
func (c *config) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 1, ' ', tabwriter.DiscardEmptyColumns)
	section := func(name string) { fmt.Fprintf(w, "\n[%s]\n", name) }
	line := func(key, value, comment string) { fmt.Fprintf(w, "%s = %s\t# %s\n", key, value, comment) }
	last := ""
	for _, s := range settings() {
		in, name := s.section()
		if !c.concerns(in) {
			continue
		}
		if in != last {
			section(in)
			last = in
		}
		line(name, s.toml(c), c.origins[s.key].String())
	}
	c.tablesTOML(line, section)
	_ = w.Flush() // to memory
	return b.String()
}
