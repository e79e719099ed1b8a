package redisstore

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/rueidis"

	"github.com/cattlegrid/cattlegrid"
)

// reply is what a script answers: an outcome, and after it what belongs to it.
type reply struct {
	outcome string
	fields  []rueidis.RedisMessage // the outcome is the first
	count   int64                  // of the marker, if it is another than was known
	next    int64                  // microseconds that debits on other shards would have to wait, see cattlegrid.Kept
}

// errReply means that something else than our script has answered.
var errReply = errors.New("the answer is not one of the script")

// readReply reads the answer of a script.
func readReply(result rueidis.RedisResult) (reply, error) {
	fields, err := result.ToArray()
	if err != nil {
		return reply{}, err
	}
	if len(fields) == 0 {
		return reply{}, errReply
	}
	outcome, err := fields[0].ToString()
	if err != nil {
		return reply{}, errReply
	}
	r := reply{outcome: outcome, fields: fields}
	if name, count, found := strings.Cut(outcome, ":"); found {
		r.outcome = name
		if r.count, err = strconv.ParseInt(count, 10, 64); err != nil {
			return reply{}, errReply
		}
	}
	return r, nil
}

// number is the i-th field, zero if there is none.
func (r reply) number(i int) int64 {
	if i >= len(r.fields) {
		return 0
	}
	n, err := r.fields[i].AsInt64()
	if err != nil {
		return 0
	}
	return n
}

// text is the i-th field, empty if there is none.
func (r reply) text(i int) string {
	if i >= len(r.fields) {
		return ""
	}
	text, err := r.fields[i].ToString()
	if err != nil {
		return ""
	}
	return text
}

// secret is three fields from the i-th on.
func (r reply) secret(i int) cattlegrid.Secret {
	return cattlegrid.Secret{Value: r.text(i), Attempts: int(r.number(i + 1)), Payload: []byte(r.text(i + 2))}
}

// refusals are the charges that do not fit. The script counts limits, from 1, through all debits.
func (r reply) refusals(debits []cattlegrid.Debit) ([]refusal, error) {
	var refusals []refusal
	place, before := 0, int64(0) // limits before the debit at place
	for i := 1; i+3 < len(r.fields); i += 4 {
		number := r.number(i) - 1
		for place < len(debits) && number-before >= int64(len(debits[place].Limits)) {
			before += int64(len(debits[place].Limits))
			place++
		}
		if place == len(debits) || number < before {
			return nil, errReply
		}
		refusals = append(refusals, refusal{place, cattlegrid.Refusal{
			Debit: debits[place],
			Limit: debits[place].Limits[number-before],
			Wait:  time.Duration(r.number(i+1)) * time.Microsecond,
			Used:  int(r.number(i + 2)),
			Base:  int(r.number(i + 3)),
		}})
	}
	if len(refusals) == 0 {
		return nil, errReply
	}
	return refusals, nil
}

// refusal is a charge that does not fit and the place of its debit among those that were asked for.
type refusal struct {
	place int
	cattlegrid.Refusal
}

// limitError is the error for refusals, in the order in which the charges were asked for.
func limitError(refusals []refusal) error {
	slices.SortStableFunc(refusals, func(a, b refusal) int { return a.place - b.place })
	sorted := make([]cattlegrid.Refusal, len(refusals))
	for i, r := range refusals {
		sorted[i] = r.Refusal
	}
	return cattlegrid.NewLimitError(sorted)
}
