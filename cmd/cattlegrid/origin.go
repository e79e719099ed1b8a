package main

// origin is where a key was set.
type origin struct {
	kind  originKind
	place string // file and line, variable, flag, or the rule that applied
}

type originKind int

const (
	byDefault originKind = iota
	byRule               // it follows from other keys
	byFile
	byEnv
	byFlag
)

// String says where, as it stands beside a value.
func (o origin) String() string {
	if o.kind == byDefault {
		return "default"
	}
	return o.place
}

// example shows how to set s to a value that works, in the way in which it was set, or in the environment.
func (o origin) example(s setting) string {
	switch {
	case s.recipe != "":
		return "make one with: " + s.recipe
	case o.kind == byFlag:
		return "for example " + o.place + " " + s.example
	case s.literal != "":
		return "for example " + s.literal + " in [" + s.key + "]"
	case o.kind == byFile:
		section, name := s.section()
		if section != "" {
			section = " in [" + section + "]"
		}
		return "for example " + name + " = " + s.exampleTOML() + section
	default:
		return "for example " + s.env + "=" + s.example
	}
}
