package guard

// Subject is whom an act is charged to. All names are opaque, normally keyed hashes, except Segment, Country and Purpose.
type Subject struct {
	Phone, Prefix, Segment, Country string // of the number; empty where none is known yet
	Client, Network                 string // of who asks
	Purpose                         string // of the code
	Price                           int    // of the message, in ten thousandths of the currency; 0 is free
}

// charge makes d what the subject is charged with under a limit, and returns false if there is nothing to charge.
func (s *Subject) charge(d *Debit, limit *Limit, id string) bool {
	*d = Debit{Limit: *limit, ID: id, Cost: 1}
	switch limit.Of {
	case Numbers, Unverified:
		d.ID = s.Phone
	case UnverifiedSends:
		d.ID, d.Adds = s.Phone, true
	case Countries:
		d.ID = s.Country
	case Money:
		d.Cost = s.Price
	case Acts: // each has an ID of its own
	}
	return d.ID != "" && d.Cost > 0
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

// in is the key of the subject's account. The braces are a Redis Cluster hash tag: the accounts of one phone lie on one
// shard, and so do those of one client; all the others lie together on a third.
func (s *Subject) in(a account) string {
	if a.per == PerPhone || a.per == PerClient {
		return a.start + "{" + s.name(a.per) + "}"
	}
	return a.start + "{guard}" + s.name(a.per)
}

// ranks are the scopes of a lane, the widest first. The place of one is also how deep a number is known that is new in it.
var ranks = [...]Scope{PerCountry, PerSegment, PerPrefix}

// lanes are the subject's lanes, by depth.
func (s *Subject) lanes(known Known) []Lane {
	least := [...]int{known.Country, known.Segment, known.Prefix}
	of := make([]Rank, len(ranks))
	for i, scope := range ranks {
		of[i] = Rank{Record: s.in(account{recordStart(scope, ""), scope}), Least: max(1, least[i])}
	}
	lanes := make([]Lane, len(ranks))
	for depth := range lanes {
		lanes[depth] = Lane{Ranks: of, Depth: depth}
	}
	return lanes
}
