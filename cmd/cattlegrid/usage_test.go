package main

import (
	"regexp"
	"strings"
	"testing"
)

// Each flag that is shown with a command is one of it, and each command that is shown there is.
func TestUsage(t *testing.T) {
	for _, m := range manuals {
		if code, stdout, _ := command(t, m.name, "-h"); code != exitOK || !strings.Contains(stdout, m.about) {
			t.Errorf("%s -h: exit code %d, %s", m.name, code, stdout)
		}
		for _, flag := range regexp.MustCompile(`(?m)(?:^  |, )(-[a-z-]+)`).FindAllStringSubmatch(m.flags, -1) {
			// Nothing is done: there is an argument too many, or a value that makes no sense, or help is asked for.
			code, _, stderr := command(t, m.name, flag[1], "x", "-h")
			if strings.Contains(stderr, "not defined") || code != exitUsage && code != exitOK {
				t.Errorf("%s %s: exit code %d, %s", m.name, flag[1], code, stderr)
			}
		}
		if !strings.Contains(usage(), m.about) || !strings.Contains(usage(), m.flags) {
			t.Errorf("not all of %s is in the whole", m.name)
		}
	}
}
