package redisstore

import (
	"encoding/binary"
	"math"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/redis/rueidis"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

// The flags of an account in packed debits.
const (
	flagAdds = 1 << iota
	flagCoarse
	flagNext
)

// suffix ends the keys of accounts and records in Redis: a guess at a secret under the same key must not find them.
const suffix = ":count"

// keys is keys of Redis. Those of accounts and records lie in one piece of memory.
type keys struct {
	all  []string
	text strings.Builder
}

// newKeys has room for the accounts of debits and for half as much of records.
func newKeys(debits []cattlegrid.Debit) *keys {
	room := 0
	for i := range debits {
		if i == 0 || debits[i].Key != debits[i-1].Key {
			room += len(debits[i].Key) + len(suffix)
		}
	}
	k := &keys{all: make([]string, 0, len(debits)+4)}
	k.text.Grow(room + room/2)
	return k
}

// add adds the key of an account or a record.
func (k *keys) add(key string) {
	start := k.text.Len()
	k.text.WriteString(key)
	k.text.WriteString(suffix)
	k.all = append(k.all, k.text.String()[start:])
}

// withDebits appends to k the accounts of debits and then the records that may be looked at, those of the ranks first.
// It returns, in one argument, what afford.lua wants to know of them:
//
//	how many accounts (uint16) and ranks (uint16) there are
//	of each rank: how many verified numbers it takes (uint32)
//	of each account: cost (uint32), flags (byte), how many limits (uint16), the place of its record among the records,
//	    counted from 1 (uint16), the depth of its lane plus 1 (byte), the least max of its limits (uint32), the longest
//	    window (float64), the ID and before it its length (byte);
//	    of each limit of the account: max (uint32), grow (uint16), window in microseconds (float64)
//
// Numbers are little-endian. Lua's are exact for all that [guard.Validate] lets pass.
func withDebits(k *keys, debits []cattlegrid.Debit) (packed string) {
	b := make([]byte, 4, 64*(len(debits)+1))
	records := make([]string, 0, 8)
	if ranks := ranksOf(debits); ranks != nil {
		for _, rank := range ranks {
			b = binary.LittleEndian.AppendUint32(b, uint32(min(rank.Least, math.MaxInt32))) //nolint:gosec // 1 to MaxInt32
			records = append(records, rank.Record)
		}
		binary.LittleEndian.PutUint16(b[2:], uint16(len(ranks))) //nolint:gosec // at most guard.MaxRanks
	}
	first := len(k.all)
	for i := range debits {
		d := &debits[i]
		if sharesKey(debits[:i], d) {
			continue
		}
		k.add(d.Key)
		at := len(b)
		b = appendAccount(b, d)
		limits, grows, least, longest := 0, false, d.Limit.Max, time.Duration(0)
		for j := i; j < len(debits); j++ {
			if other := &debits[j]; other.Key == d.Key {
				b = appendLimit(b, &other.Limit)
				limits++
				grows = grows || other.Limit.Grow > 0
				least, longest = min(least, other.Limit.Max), max(longest, other.Limit.Window)
				b[at+4] |= flagsOf(other)
			}
		}
		binary.LittleEndian.PutUint16(b[at+5:], uint16(limits))
		binary.LittleEndian.PutUint32(b[at+10:], uint32(least)) //nolint:gosec // at most guard.MaxUnits
		binary.LittleEndian.PutUint64(b[at+14:], micros(longest))
		if grows {
			place := slices.Index(records, d.Record)
			if place < 0 {
				place = len(records)
				records = append(records, d.Record)
			}
			binary.LittleEndian.PutUint16(b[at+7:], uint16(place+1)) //nolint:gosec // more are refused by check
		}
	}
	binary.LittleEndian.PutUint16(b, uint16(len(k.all)-first)) //nolint:gosec // more are refused by check
	for _, record := range records {
		k.add(record)
	}
	return rueidis.BinaryString(b)
}

// appendAccount appends what the limits of an account have in common; what is told of all of them is still to be written.
func appendAccount(b []byte, d *cattlegrid.Debit) []byte {
	id, lane := idOf(d), 0
	if d.Lane != nil {
		lane = d.Lane.Depth + 1
	}
	b = binary.LittleEndian.AppendUint32(b, uint32(d.Cost)) //nolint:gosec // at most guard.MaxUnits
	b = append(b, 0, 0, 0, 0, 0, byte(lane), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, byte(len(id)))
	return append(b, id...)
}

func appendLimit(b []byte, l *guard.Limit) []byte {
	b = binary.LittleEndian.AppendUint32(b, uint32(l.Max))  //nolint:gosec // at most guard.MaxUnits
	b = binary.LittleEndian.AppendUint16(b, uint16(l.Grow)) //nolint:gosec // at most 1000
	return binary.LittleEndian.AppendUint64(b, micros(l.Window))
}

// micros is a window in microseconds, as the bits of a float64. One that is no whole number of them counts as the next longer.
func micros(window time.Duration) uint64 {
	return math.Float64bits(float64((window-1)/time.Microsecond + 1))
}

func flagsOf(d *cattlegrid.Debit) (flags byte) {
	if d.Adds {
		flags |= flagAdds
	}
	if d.Limit.Coarse {
		flags |= flagCoarse
	}
	if d.Next {
		flags |= flagNext
	}
	return flags
}

// idOf is d's ID as it stands in an account, where white space separates and a zero byte ends.
func idOf(d *cattlegrid.Debit) string {
	for _, c := range []byte(d.ID) {
		if c <= ' ' || c == '%' {
			return url.PathEscape(d.ID)
		}
	}
	return d.ID
}

func ranksOf(debits []cattlegrid.Debit) []guard.Rank {
	for i := range debits {
		if lane := debits[i].Lane; lane != nil {
			return lane.Ranks
		}
	}
	return nil
}

// sharesKey reports whether d's account is that of one of debits.
func sharesKey(debits []cattlegrid.Debit, d *cattlegrid.Debit) bool {
	for i := range debits {
		if debits[i].Key == d.Key {
			return true
		}
	}
	return false
}

// order is the places of debits in the order in which withDebits has their limits.
func order(debits []cattlegrid.Debit) []int {
	places := make([]int, 0, len(debits))
	for i := range debits {
		d := &debits[i]
		if sharesKey(debits[:i], d) {
			continue
		}
		for j := i; j < len(debits); j++ {
			if debits[j].Key == d.Key {
				places = append(places, j)
			}
		}
	}
	return places
}
