package main

import (
	"crypto/ed25519"
	"fmt"
	"log/slog"
	"strings"

	"github.com/cattlegrid/cattlegrid"
)

// keyRole is what a key does, for people. The key goes by an id that tells nothing of it.
type keyRole struct{ name, id, does string }

// What keys do before a rotation and in each of its steps.
const (
	signs    = "signs proofs"
	verifies = "is published, so that proofs signed with it are good"
	names    = "names and seals what is new; limits hold"
)

var (
	formerSigns = [...]string{0: signs, cattlegrid.Announced: signs, cattlegrid.Changed: verifies, cattlegrid.Retired: verifies}
	newSigns    = [...]string{cattlegrid.Announced: verifies, cattlegrid.Changed: signs, cattlegrid.Retired: signs}
	formerNames = [...]string{
		0: names, cattlegrid.Announced: names,
		cattlegrid.Changed: "finds what it named; limits hold", cattlegrid.Retired: "finds what it named; its accounts are charged",
	}
	newNames = [...]string{cattlegrid.Announced: "its accounts are charged", cattlegrid.Changed: names, cattlegrid.Retired: names}
)

// keyRoles are those of all keys.
func keyRoles(k cattlegrid.Keys) []keyRole {
	step, r := k.Rotation.Step, k.Rotation
	var roles []keyRole
	if r.Sign == nil {
		roles = append(roles, keyRole{"sign", signKeyID(k.Sign), signs})
	} else {
		roles = append(roles, keyRole{"sign", signKeyID(k.Sign), formerSigns[step]}, keyRole{"new_sign", signKeyID(r.Sign), newSigns[step]})
	}
	if r.Hash == nil {
		return append(roles, keyRole{"hash", cattlegrid.HashKeyID(k.Hash), names})
	}
	return append(roles, keyRole{"hash", cattlegrid.HashKeyID(k.Hash), formerNames[step]}, keyRole{"new_hash", cattlegrid.HashKeyID(r.Hash), newNames[step]})
}

func signKeyID(key ed25519.PrivateKey) string {
	public, _ := key.Public().(ed25519.PublicKey)
	return cattlegrid.SignKeyID(public)
}

// keyTable is the roles for people.
func keyTable(step int, roles []keyRole) string {
	table := append(make(columns, 0, 1+len(roles)), []string{"key", "id", "does"})
	for _, r := range roles {
		table = append(table, []string{r.name, r.id, r.does})
	}
	title := "Keys:"
	if step > 0 {
		title = fmt.Sprintf("Keys, in step %d of their rotation:", step)
	}
	return title + "\n\n" + strings.TrimRight(table.String(), "\n") + "\n"
}

// logRotation says that keys are being rotated, so that the logs of all replicas show how far each is.
func (c *config) logRotation(k cattlegrid.Keys, logger *slog.Logger) {
	if c.Keys.Step == 0 {
		return
	}
	var ids []any
	for _, r := range keyRoles(k) {
		ids = append(ids, slog.String(r.name, r.id))
	}
	logger.Info("keys are being rotated", append([]any{slog.Int("step", c.Keys.Step)}, ids...)...)
}
