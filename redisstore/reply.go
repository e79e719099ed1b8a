package redisstore

import (
	"errors"
	"time"

	"github.com/redis/rueidis"

	"github.com/cattlegrid/cattlegrid"
)

// reply is what a script answers: an outcome, and after it what belongs to it.
type reply struct {
	outcome string
	fields  []rueidis.RedisMessage // the outcome is the first
}

// errReply means that something else than our script has answered.
var errReply = errors.New("redis store: the answer is not one of the script")

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
	return reply{outcome: outcome, fields: fields}, nil
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

// secret is the three fields after the outcome.
func (r reply) secret() cattlegrid.Secret {
	return cattlegrid.Secret{Value: r.text(1), Attempts: int(r.number(2)), Payload: []byte(r.text(3))}
}

// verdict is nil if the outcome is "ok", and the refusal if a limit stands against one of debits.
func (r reply) verdict(debits []cattlegrid.Debit) error {
	switch i := r.number(1) - 1; {
	case r.outcome == "ok":
		return nil
	case r.outcome == "limit" && i >= 0 && i < int64(len(debits)):
		return &cattlegrid.LimitError{Debit: debits[i], RetryAfter: time.Duration(r.number(2)) * time.Microsecond}
	default:
		return errReply
	}
}
