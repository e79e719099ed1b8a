package simulate

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// maxScenarioLen bounds what is read of a scenario, in bytes.
const maxScenarioLen = 1 << 20

// parse reads one scenario without a sweep. The error says what is wrong without saying where, unless lines are known.
func parse(name string, document []byte, lines map[string]int) (Scenario, error) {
	s := defaults()
	err := toml.NewDecoder(bytes.NewReader(document)).DisallowUnknownFields().Decode(&s)
	if err != nil {
		return s, decodeError(name, err, lines != nil)
	}
	for i := range s.Attackers {
		s.Attackers[i].fill()
	}
	var c checker
	c.scenario(&s)
	var wrong []error
	for _, m := range c.mistakes {
		wrong = append(wrong, fmt.Errorf("%s: %s %s", place(name, m.key, lines), plain(m.key), m.text))
	}
	return s, errors.Join(wrong...)
}

// decodeError says where a document is no scenario.
func decodeError(name string, err error, located bool) error {
	var mistake *toml.DecodeError // also what a StrictMissingError consists of
	var unknown *toml.StrictMissingError
	if errors.As(err, &unknown) && len(unknown.Errors) > 0 {
		mistake = &unknown.Errors[0]
	} else if !errors.As(err, &mistake) {
		return fmt.Errorf("%s: %w", name, err)
	}
	at := name
	if line, _ := mistake.Position(); located {
		at = fmt.Sprintf("%s:%d", name, line)
	}
	key := strings.Join(mistake.Key(), ".")
	if unknown != nil {
		return fmt.Errorf("%s: unknown key %s", at, key)
	}
	text := strings.TrimPrefix(mistake.Error(), "toml: ")
	if key != "" {
		text = key + ": " + text
	}
	return fmt.Errorf("%s: %s", at, text)
}

// place is where a key stands, or should.
func place(name, key string, lines map[string]int) string {
	for key != "" {
		if line, ok := lines[key]; ok {
			return fmt.Sprintf("%s:%d", name, line)
		}
		key = key[:max(0, strings.LastIndexByte(key, '.'))]
	}
	return name
}

// plain is a key as it is written in the file.
func plain(key string) string {
	start, end := strings.IndexByte(key, '['), strings.IndexByte(key, ']')
	if start < 0 || end < start {
		return key
	}
	return key[:start] + key[end+1:]
}

// linesOf says in which line each key and section of a document stands, as far as it can be read. Those of the n-th table
// of an array are "name[n].key".
func linesOf(document []byte) map[string]int {
	lines := map[string]int{}
	arrays := map[string]int{}
	section := ""
	var parser unstable.Parser
	parser.Reset(document)
	for parser.NextExpression() {
		e := parser.Expression()
		name, line := keyOf(e, document)
		switch e.Kind {
		case unstable.Table:
			section = name + "."
			lines[name] = line
		case unstable.ArrayTable:
			name, arrays[name] = fmt.Sprintf("%s[%d]", name, arrays[name]), arrays[name]+1
			section = name + "."
			lines[name] = line
		case unstable.KeyValue:
			lines[section+name] = line
		default:
		}
	}
	return lines
}

// keyOf is the dotted key of an expression and its line.
func keyOf(e *unstable.Node, document []byte) (string, int) {
	if e.Kind != unstable.Table && e.Kind != unstable.ArrayTable && e.Kind != unstable.KeyValue {
		return "", 0
	}
	var parts []string
	line := 0
	for it := e.Key(); it.Next(); {
		if line == 0 {
			line = 1 + bytes.Count(document[:it.Node().Raw.Offset], []byte("\n"))
		}
		parts = append(parts, string(it.Node().Data))
	}
	return strings.Join(parts, "."), line
}
