package guard

import "strings"

// Subject is whom an act is charged to. All names are opaque, normally keyed hashes, except Segment, Country and Purpose.
// A client without a name is charged nothing.
type Subject struct {
	Phone, Prefix, Segment, Country string // of the number; empty where none is known yet
	Client, Network                 string // of who asks
	Purpose                         string // of the code
	Price                           int    // of the message, in ten thousandths of the currency; 0 is free

	// Also is what the subject is called besides, while the key of its names is exchanged for another one. Each account that
	// lies under a name lies under these as well, and is charged there, too.
	Also []Alias

	alias bool // the names are those of an Alias
}

// Alias is the names of a [Subject] under another key.
type Alias struct {
	Phone, Prefix, Client, Network string

	// Holds says that the accounts under these names are complete, so that their limits hold. Otherwise they are charged
	// whatever is in them, until they are.
	Holds bool
}

// Under is the subject by the names of one of its aliases alone.
func (s *Subject) Under(a Alias) Subject {
	under := *s
	under.Phone, under.Prefix, under.Client, under.Network = a.Phone, a.Prefix, a.Client, a.Network
	under.Also, under.alias = nil, true
	return under
}

// isNamed reports whether accounts in a scope lie under a name that has aliases.
func (s Scope) isNamed() bool {
	return s == PerPhone || s == PerClient || s == PerNetwork || s == PerPrefix
}

// charge makes d, which is of entry e, the subject's own. It returns false if there is nothing to charge.
func (s *Subject) charge(d *Debit, e *entry, id string) bool {
	if e.per == PerClient && s.Client == "" || e.per == PerNetwork && s.Network == "" {
		return false // nobody in particular asks
	}
	switch e.of {
	case Numbers, Unverified, UnverifiedSends:
		id = s.Phone
	case Countries:
		id = s.Country
	case Money:
		d.Cost = s.Price
	case Acts: // each has an ID of its own
	}
	d.ID = id
	return id != "" && d.Cost > 0
}

// name is the subject's in a scope.
func (s *Subject) name(per Scope) string {
	switch per {
	case PerPhone:
		return s.Phone
	case PerClient:
		return s.Client
	case PerNetwork:
		return s.Network
	case PerPrefix:
		return s.Prefix
	case PerSegment:
		return s.Segment
	case PerCountry:
		return s.Country
	case PerPurpose:
		return s.Purpose
	default:
		return ""
	}
}

// in is the subject's own key.
func (s *Subject) in(a stem) string { return s.keys([]stem{a}, nil)[0] }

// keys are those of the subject's accounts and records. They lie in one piece of memory, since there are many. The braces
// are a Redis Cluster hash tag: the accounts of one phone lie on one shard, and so do those of one client; all the others
// lie together on a third.
func (s *Subject) keys(accounts, records []stem) []string {
	room := 0
	for _, list := range [...][]stem{accounts, records} {
		for i := range list {
			room += len(list[i].start) + len("{guard}") + len(s.name(list[i].per))
		}
	}
	keys := make([]string, 0, len(accounts)+len(records))
	var text strings.Builder
	text.Grow(room)
	for _, list := range [...][]stem{accounts, records} {
		for i := range list {
			begin := text.Len()
			text.WriteString(list[i].start)
			if name, per := s.name(list[i].per), list[i].per; per == PerPhone || per == PerClient {
				text.WriteByte('{')
				text.WriteString(name)
				text.WriteByte('}')
			} else {
				text.WriteString("{guard}")
				text.WriteString(name)
			}
			keys = append(keys, text.String()[begin:])
		}
	}
	return keys
}

// ranks are the scopes of a lane, the widest first. The place of one is also how deep a number is known that is new in it.
var ranks = [...]Scope{PerCountry, PerSegment, PerPrefix}

// rankRecords are where it lies what was verified of each rank.
var rankRecords = [...]stem{
	{recordStart(PerCountry, ""), PerCountry}, {recordStart(PerSegment, ""), PerSegment}, {recordStart(PerPrefix, ""), PerPrefix},
}

// lanes are the subject's lanes, by depth.
func (s *Subject) lanes(known Known) []Lane {
	least := [...]int{known.Country, known.Segment, known.Prefix}
	of := make([]Rank, len(ranks))
	for i, record := range s.keys(rankRecords[:], nil) {
		of[i] = Rank{Record: record, Least: max(1, least[i])}
	}
	lanes := make([]Lane, len(ranks))
	for depth := range lanes {
		lanes[depth] = Lane{Ranks: of, Depth: depth}
	}
	return lanes
}
