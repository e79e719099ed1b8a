package main

import (
	"crypto/ed25519"
	"fmt"
	"log/slog"
	"strings"

	"github.com/cattlegrid/cattlegrid"
)

// keyRole is what a key does, for people. The key goes by an id that tells nothing of it, "-" if it is still to be made.
type keyRole struct{ name, id, does string }

// What keys do before a rotation and in each of its steps.
const (
	signs    = "signs proofs"
	verifies = "is published, so that proofs signed with it are good"
	names    = "names and seals what is new; limits hold"
	unmade   = "is made when serving starts"
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
func (c *config) keyRoles(k cattlegrid.Keys) []keyRole {
	step, r := k.Rotation.Step, k.Rotation
	both := c.Keys.Sign == "" && step > 0 // in the data directory both are exchanged, also if they are still to be made
	var roles []keyRole
	if r.Sign == nil && !both {
		roles = append(roles, signRole("sign", k.Sign, signs))
	} else {
		roles = append(roles, signRole("sign", k.Sign, formerSigns[step]), signRole("new_sign", r.Sign, newSigns[step]))
	}
	if r.Hash == nil && !both {
		return append(roles, hashRole("hash", k.Hash, names))
	}
	return append(roles, hashRole("hash", k.Hash, formerNames[step]), hashRole("new_hash", r.Hash, newNames[step]))
}

func signRole(name string, key ed25519.PrivateKey, does string) keyRole {
	if key == nil {
		return keyRole{name, "-", unmade}
	}
	public, _ := key.Public().(ed25519.PublicKey)
	return keyRole{name, cattlegrid.SignKeyID(public), does}
}

func hashRole(name string, key []byte, does string) keyRole {
	if key == nil {
		return keyRole{name, "-", unmade}
	}
	return keyRole{name, cattlegrid.HashKeyID(key), does}
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
	for _, r := range c.keyRoles(k) {
		ids = append(ids, slog.String(r.name, r.id))
	}
	logger.Info("keys are being rotated", append([]any{slog.Int("step", c.Keys.Step)}, ids...)...)
}
