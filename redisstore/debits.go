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

// newKeys has room for the accounts of debits and for as many records, which have shorter names.
func newKeys(debits []cattlegrid.Debit) *keys {
	room := 0
	for i := range debits {
		room += len(debits[i].Key) + len(suffix)
	}
	k := &keys{all: make([]string, 0, 2+2*len(debits))}
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

// withDebits appends to k the accounts of debits and then the records that may be looked at, those of the ranks first, and
// between these and the others the marker, if it lies with them; losses is nil if it does not.
// It returns, in one argument, what afford.lua wants to know of them:
//
//	how many accounts (uint16), ranks (uint16) and markers (byte) there are
//	of the marker: the count that is known (float64), how long to pause in microseconds (float64)
//	of each rank: how many verified numbers it takes (uint32)
//	of each account: cost (uint32), flags (byte), how many limits (uint16), the place of its record among the records,
//	    counted from 1 (uint16), the depth of its lane plus 1 (byte), the least max of its limits (uint32), the longest
//	    window (float64), the ID and before it its length (byte);
//	    of each limit of the account: max (uint32), grow (uint16), window in microseconds (float64)
//
// Numbers are little-endian. Lua's are exact for all that [guard.Validate] lets pass.
func withDebits(k *keys, debits []cattlegrid.Debit, losses *losses) (packed string) {
	b := make([]byte, 5, packedLen(debits))
	if losses != nil {
		b[4] = 1
		b = losses.appendMarker(b)
	}
	records := make([]string, 0, 8)
	ranks := ranksOf(debits)
	if ranks != nil {
		for _, rank := range ranks {
			b = binary.LittleEndian.AppendUint32(b, uint32(min(rank.Least, math.MaxInt32))) //nolint:gosec // 1 to MaxInt32
			records = append(records, rank.Record)
		}
		binary.LittleEndian.PutUint16(b[2:], uint16(len(ranks))) //nolint:gosec // at most guard.MaxRanks
	}
	for i := range debits {
		d := &debits[i]
		k.add(d.Key)
		record := 0
		if grows(d.Limits) {
			if record = slices.Index(records, d.Record) + 1; record == 0 {
				records = append(records, d.Record)
				record = len(records)
			}
		}
		b = appendAccount(b, d, record)
	}
	binary.LittleEndian.PutUint16(b, uint16(len(debits))) //nolint:gosec // more are refused by check
	for i, record := range records {
		if i == len(ranks) && losses != nil {
			k.all = append(k.all, markerKey)
		}
		k.add(record)
	}
	if len(records) == len(ranks) && losses != nil {
		k.all = append(k.all, markerKey)
	}
	return rueidis.BinaryString(b)
}

// packedLen is how long packed debits are at the most, unless an ID has to be escaped.
func packedLen(debits []cattlegrid.Debit) int {
	length := 21 + 4*guard.MaxRanks
	for i := range debits {
		length += 23 + len(debits[i].ID) + 14*len(debits[i].Limits)
	}
	return length
}

func grows(limits []guard.Limit) bool {
	for i := range limits {
		if limits[i].Grow > 0 {
			return true
		}
	}
	return false
}

// appendAccount appends a debit; record is the place of its record, 0 if none has to be looked at.
func appendAccount(b []byte, d *cattlegrid.Debit, record int) []byte {
	id, lane, least, longest := idOf(d), 0, d.Limits[0].Max, time.Duration(0)
	if d.Lane != nil {
		lane = d.Lane.Depth + 1
	}
	for i := range d.Limits {
		least, longest = min(least, d.Limits[i].Max), max(longest, d.Limits[i].Window)
	}
	b = binary.LittleEndian.AppendUint32(b, uint32(d.Cost)) //nolint:gosec // at most guard.MaxUnits
	b = append(b, flagsOf(d))
	b = binary.LittleEndian.AppendUint16(b, uint16(len(d.Limits))) //nolint:gosec // at most guard.MaxLimits
	b = binary.LittleEndian.AppendUint16(b, uint16(record))        //nolint:gosec // more are refused by check
	b = append(b, byte(lane))
	b = binary.LittleEndian.AppendUint32(b, uint32(least)) //nolint:gosec // at most guard.MaxUnits
	b = binary.LittleEndian.AppendUint64(b, micros(longest))
	b = append(b, byte(len(id))) //nolint:gosec // at most three times guard.MaxIDLen
	b = append(b, id...)
	for i := range d.Limits {
		l := &d.Limits[i]
		b = binary.LittleEndian.AppendUint32(b, uint32(l.Max))  //nolint:gosec // at most guard.MaxUnits
		b = binary.LittleEndian.AppendUint16(b, uint16(l.Grow)) //nolint:gosec // at most 1000
		b = binary.LittleEndian.AppendUint64(b, micros(l.Window))
	}
	return b
}

// micros is a window in microseconds, as the bits of a float64. One that is no whole number of them counts as the next longer.
func micros(window time.Duration) uint64 {
	return math.Float64bits(float64((window-1)/time.Microsecond + 1))
}

func flagsOf(d *cattlegrid.Debit) (flags byte) {
	if d.Adds {
		flags |= flagAdds
	}
	if d.Coarse() {
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
