package main

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// readEnviron reads what variables say into c. Each secret can also be read from the file that the variable with the
// suffix _FILE names. An empty variable counts as not set; an unknown one is an error, for it is a misspelled one.
func (c *config) readEnviron(environ map[string]string) error {
	var wrong []error
	var known []string
	for _, s := range c.everySetting() {
		known = append(known, s.env)
		text, from := environ[s.env], origin{kind: byEnv, place: s.env}
		if s.secret() {
			known = append(known, s.env+"_FILE")
			var err error
			if text, from, err = s.readSecret(environ); err != nil {
				wrong = append(wrong, err)
				continue
			}
		}
		if text != "" {
			wrong = append(wrong, s.set(c, text, from))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(environ)) {
		if strings.HasPrefix(name, envPrefix) && !slices.Contains(known, name) && !byKubernetes(name, environ[name]) {
			wrong = append(wrong, fmt.Errorf("unknown variable %s; the nearest is %s", name, nearestVariable(name, known)))
		}
	}
	return errors.Join(wrong...)
}

// readSecret returns what the variable says, or else the file that it names.
func (s setting) readSecret(environ map[string]string) (string, origin, error) {
	text, path := environ[s.env], environ[s.env+"_FILE"]
	if path == "" {
		return text, origin{kind: byEnv, place: s.env}, nil
	}
	if text != "" {
		return "", origin{}, fmt.Errorf("%s: both %s and %[2]s_FILE are set; unset one", s.key, s.env)
	}
	content, err := readBounded(path)
	if err != nil {
		return "", origin{}, fmt.Errorf("%s: read what %s_FILE names: %w", s.key, s.env, err)
	}
	text = strings.TrimSpace(string(content))
	if text == "" {
		return "", origin{}, fmt.Errorf("%s: the file that %s_FILE names is empty: %s", s.key, s.env, path)
	}
	return text, origin{kind: byEnv, place: s.env + "_FILE"}, nil
}

// Kubernetes tells each pod of each service in its namespace, in variables that begin with the service's name.
var (
	serviceVariable = regexp.MustCompile(`^CATTLEGRID_([A-Z0-9_]+_)?(SERVICE_(HOST|PORT(_[A-Z0-9_]+)?)|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$`)
	portVariable    = regexp.MustCompile(`^CATTLEGRID_([A-Z0-9_]+_)?PORT$`)
)

// byKubernetes reports whether a variable is there because a service is called cattlegrid, or cattlegrid-something.
func byKubernetes(name, value string) bool {
	return serviceVariable.MatchString(name) || portVariable.MatchString(name) && strings.Contains(value, "://")
}
