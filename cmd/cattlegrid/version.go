package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// printVersion prints what the binary was built from.
func (p *program) printVersion(args []string) error {
	if err := parseFlags(newFlags("version"), args); err != nil {
		return err
	}
	_, err := fmt.Fprintf(p.Stdout, "cattlegrid %s %s %s/%s\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

// revision is the commit that the binary was built from; "" if the build does not know it.
func revision() string {
	info, _ := debug.ReadBuildInfo()
	if info == nil {
		return ""
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value
		}
	}
	return ""
}

// version is the module's version or, when it was built from a working copy, "devel" and the commit.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	commit, changed := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			commit = "-" + s.Value[:min(len(s.Value), 12)]
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = "-changed"
		}
	}
	return "devel" + commit + changed
}
