package redisstore

import (
	"context"
	"crypto/subtle"
	"strconv"
	"time"

	"github.com/redis/rueidis"

	"github.com/cattlegrid/cattlegrid"
)

// Put implements [cattlegrid.Store].
func (s *Store) Put(ctx context.Context, key string, secret cattlegrid.Secret, debits ...cattlegrid.Debit) error {
	if err := checkSecret(ctx, key, secret, debits); err != nil {
		return failure(ctx, "put", err)
	}
	if len(debits) == 0 && isPlain(secret) && !secret.Lasting {
		return failure(ctx, "put", s.do(ctx, s.set(key, secret)).Error())
	}
	_, err := s.step(ctx, s.scripts.put, key, debits, secretArgs(secret)...)
	return failure(ctx, "put", err)
}

// Keep implements [cattlegrid.Store].
func (s *Store) Keep(ctx context.Context, key string, secret cattlegrid.Secret, debits ...cattlegrid.Debit) (cattlegrid.Kept, error) {
	if err := checkSecret(ctx, key, secret, debits); err != nil {
		return cattlegrid.Kept{}, failure(ctx, "keep", err)
	}
	reply, err := s.step(ctx, s.scripts.keep, key, debits, secretArgs(secret)...)
	if err != nil {
		return cattlegrid.Kept{}, failure(ctx, "keep", err)
	}
	kept := cattlegrid.Kept{Secret: secret, Next: time.Duration(max(reply.number(1), reply.next)) * time.Microsecond}
	if reply.outcome == "kept" {
		kept.Secret = reply.secret(2)
		kept.TTL = secret.TTL
	}
	return kept, nil
}

// Peek implements [cattlegrid.Store]. A plain string that another program set without a lifetime has a TTL of zero.
func (s *Store) Peek(ctx context.Context, key string) (cattlegrid.Secret, error) {
	if err := check(ctx, nil); err != nil {
		return cattlegrid.Secret{}, failure(ctx, "peek", err)
	}
	if !isKey(key) {
		return cattlegrid.Secret{}, cattlegrid.ErrNotFound
	}
	reply, err := s.exec(ctx, s.scripts.peek, []string{key}, nil)
	switch {
	case err != nil:
		return cattlegrid.Secret{}, failure(ctx, "peek", err)
	case reply.outcome == "absent":
		return cattlegrid.Secret{}, cattlegrid.ErrNotFound
	}
	secret := reply.secret(1)
	secret.TTL = time.Duration(max(0, reply.number(4))) * time.Millisecond
	return secret, nil
}

// Attempt implements [cattlegrid.Store].
func (s *Store) Attempt(ctx context.Context, key, guess string, wrong ...cattlegrid.Debit) ([]byte, error) {
	if err := check(ctx, wrong); err != nil {
		return nil, failure(ctx, "attempt", err)
	}
	if !isKey(key) {
		return nil, cattlegrid.ErrNotFound
	}
	if len(guess) > cattlegrid.MaxValueLen {
		guess = "" // as wrong as any, and nothing to send
	}
	if len(wrong) == 0 {
		// Most likely a challenge. If not, GETDEL refuses to touch it.
		value, err := s.await(ctx, func() rueidis.RedisResult { return s.sure.Do(ctx, s.client.B().Getdel().Key(key).Build()) }).ToString()
		switch {
		case err == nil:
			return nil, compare(value, guess)
		case rueidis.IsRedisNil(err):
			return nil, cattlegrid.ErrNotFound
		case !isWrongType(err):
			return nil, failure(ctx, "attempt", err)
		}
	}
	reply, err := s.step(ctx, s.scripts.attempt, key, wrong, guess)
	if err != nil {
		return nil, failure(ctx, "attempt", err)
	}
	switch reply.outcome {
	case "ok":
		return []byte(reply.text(1)), nil
	case "absent":
		return nil, cattlegrid.ErrNotFound
	case "wrong":
		return nil, &cattlegrid.WrongError{AttemptsLeft: int(reply.number(1))}
	default:
		return nil, failure(ctx, "attempt", errReply)
	}
}

// Delete implements [cattlegrid.Store].
func (s *Store) Delete(ctx context.Context, key string) error {
	if err := check(ctx, nil); err != nil || !isKey(key) {
		return failure(ctx, "delete", err)
	}
	return failure(ctx, "delete", s.do(ctx, s.client.B().Del().Key(key).Build()).Error())
}

func checkSecret(ctx context.Context, key string, secret cattlegrid.Secret, debits []cattlegrid.Debit) error {
	if err := check(ctx, debits); err != nil {
		return err
	}
	return secret.Validate(key)
}

// isKey reports whether a secret can lie under key. Under any other key there is none, and no need to ask.
func isKey(key string) bool { return key != "" && len(key) <= cattlegrid.MaxKeyLen }

// isPlain reports whether the secret is kept as a plain string.
func isPlain(secret cattlegrid.Secret) bool { return secret.Attempts == 1 && len(secret.Payload) == 0 }

// set is the command that stores a plain secret.
func (s *Store) set(key string, secret cattlegrid.Secret) rueidis.Completed {
	value := s.client.B().Set().Key(key).Value(secret.Value)
	if secret.TTL%time.Second == 0 {
		return value.ExSeconds(int64(secret.TTL / time.Second)).Build()
	}
	return value.PxMilliseconds(secret.TTL.Milliseconds()).Build()
}

func secretArgs(secret cattlegrid.Secret) []string {
	return []string{
		secret.Value,
		strconv.Itoa(secret.Attempts),
		rueidis.BinaryString(secret.Payload),
		strconv.FormatInt(secret.TTL.Milliseconds(), 10),
	}
}

// compare tells whether guess is the value of a secret that is used up already.
func compare(value, guess string) error {
	if guess != "" && subtle.ConstantTimeCompare([]byte(value), []byte(guess)) == 1 {
		return nil
	}
	return &cattlegrid.WrongError{AttemptsLeft: 0}
}
