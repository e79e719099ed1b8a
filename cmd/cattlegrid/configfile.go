package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// maxFileLen bounds what is read of a configuration file or a secret's file, in bytes.
const maxFileLen = 1 << 20

// readFile reads the configuration file at path into c.
func (c *config) readFile(path string) error {
	document, err := readBounded(path)
	if err != nil {
		return fmt.Errorf("read the configuration: %w", err)
	}
	return c.decode(filepath.Base(path), document)
}

// decode reads a document into c. Unknown keys are errors.
func (c *config) decode(name string, document []byte) error {
	at := func(line int) string { return fmt.Sprintf("%s:%d", name, line) }
	var wrong []error
	keys := keysOf(document)
	for _, k := range keys {
		from := origin{kind: byFile, place: at(k.line)}
		s, ok := find(k.name)
		before, twice := c.origins[k.name]
		switch example, table := asTable(k.name); {
		case table:
			wrong = append(wrong, fmt.Errorf("%s: %s must be a table; for example %s", from, k.name, example))
		case !ok:
			wrong = append(wrong, fmt.Errorf("%s: unknown key %s; the nearest is %s", from, quote(k.name), nearestKey(k.name)))
		case twice:
			wrong = append(wrong, fmt.Errorf("%s: %s is set already at %s", from, shownKey(k.name), before))
		case !s.takes(k):
			wrong = append(wrong, s.mistake("the value "+s.expectation(), from))
		}
		c.origins[k.name] = from
	}
	if len(wrong) > 0 {
		return errors.Join(wrong...)
	}

	err := toml.NewDecoder(bytes.NewReader(document)).DisallowUnknownFields().Decode(c)
	var mistake *toml.DecodeError // also what a StrictMissingError consists of
	if !errors.As(err, &mistake) {
		return errors.Join(err, c.setAmounts(keys), c.checkLimitNames(name))
	}
	line, _ := mistake.Position()
	key := strings.Join(mistake.Key(), ".")
	if s, ok := find(key); ok {
		return s.mistake("the value "+s.expectation(), origin{kind: byFile, place: at(line)})
	}
	if errors.As(err, new(*toml.StrictMissingError)) {
		return fmt.Errorf("%s: unknown section [%s]; the nearest key is %s", at(line), key, nearestKey(key))
	}
	return fmt.Errorf("%s: %s", at(line), strings.TrimPrefix(mistake.Error(), "toml: "))
}

// keyLine is a key with a value, and where it stands.
type keyLine struct {
	name string
	line int
	kind unstable.Kind // of the value
	text string        // the value, if it is a single one
}

// takes reports whether the value is of the right kind. The decoder knows better what a value may be, but of some not where
// it stands.
func (s setting) takes(k keyLine) bool {
	switch s.kind {
	case reflect.TypeFor[duration]():
		return k.kind == unstable.String
	case reflect.TypeFor[amount]():
		return (k.kind == unstable.Integer || k.kind == unstable.Float) && new(amount).UnmarshalText([]byte(k.text)) == nil
	case reflect.TypeFor[int]():
		return k.kind == unstable.Integer
	case reflect.TypeFor[float64]():
		return k.kind == unstable.Integer || k.kind == unstable.Float
	case reflect.TypeFor[bool]():
		return k.kind == unstable.Bool
	case reflect.TypeFor[string]():
		return k.kind == unstable.String
	default:
		return true
	}
}

// setAmounts reads amounts again: the decoder takes a whole number for that of ten thousandths.
func (c *config) setAmounts(keys []keyLine) error {
	var wrong []error
	for _, k := range keys {
		if s, ok := find(k.name); ok && s.kind == reflect.TypeFor[amount]() {
			wrong = append(wrong, s.set(c, k.text, c.origins[k.name]))
		}
	}
	return errors.Join(wrong...)
}

// checkLimitNames reports names in quotes that only look like keys, such as "a.max".
func (c *config) checkLimitNames(file string) error {
	for name := range c.Guard.Limits {
		if !bareKey.MatchString(name) {
			return fmt.Errorf("%s: a limit is named %s, want small letters, digits or _", file, quote(name))
		}
	}
	return nil
}

// keysOf lists the keys of a document, as far as it can be read.
func keysOf(document []byte) []keyLine {
	var keys []keyLine
	var parser unstable.Parser
	parser.Reset(document)
	section := ""
	for parser.NextExpression() {
		switch e := parser.Expression(); e.Kind {
		case unstable.Table, unstable.ArrayTable:
			section = dotted("", e) + "."
		case unstable.KeyValue:
			keys = appendKeys(keys, section, e, document)
		default:
		}
	}
	return keys
}

func appendKeys(keys []keyLine, section string, e *unstable.Node, document []byte) []keyLine {
	name := dotted(section, e)
	if e.Value().Kind == unstable.InlineTable {
		for it := e.Value().Children(); it.Next(); {
			keys = appendKeys(keys, name+".", it.Node(), document)
		}
		return keys
	}
	it := e.Key()
	it.Next()
	line := 1 + bytes.Count(document[:it.Node().Raw.Offset], []byte("\n"))
	return append(keys, keyLine{name: name, line: line, kind: e.Value().Kind, text: string(e.Value().Data)})
}

// dotted is the name of a section or a key.
func dotted(section string, e *unstable.Node) string {
	var parts []string
	for it := e.Key(); it.Next(); {
		parts = append(parts, string(it.Node().Data))
	}
	return section + strings.Join(parts, ".")
}

// readBounded reads a file that should be small.
func readBounded(path string) ([]byte, error) {
	f, err := os.Open(path) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, maxFileLen+1))
	if err != nil {
		return nil, err
	}
	if len(content) > maxFileLen {
		return nil, fmt.Errorf("%s is larger than %d bytes", path, maxFileLen)
	}
	return content, nil
}
