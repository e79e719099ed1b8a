package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/cattlegrid/cattlegrid"
)

// Names of the files in the data directory.
const (
	signKeyFile = "sign.key" // PEM of PKCS #8
	hashKeyFile = "hash.key" // base64

	newSignKeyFile = "new-sign.key" // what takes their place
	newHashKeyFile = "new-hash.key"
)

// loadKeys returns the keys of the configuration or, if it has none, those in the data directory, which are made if they
// are not there.
func (c *config) loadKeys() (cattlegrid.Keys, error) { return c.keys(keepSecret) }

// readKeys is loadKeys without making any: there is none where one is still to be made.
func (c *config) readKeys() (cattlegrid.Keys, error) { return c.keys(findSecret) }

// keeper returns what is in a file that only its owner may read. fresh may become its content if it is not there.
type keeper func(path string, fresh []byte) ([]byte, error)

func (c *config) keys(keep keeper) (cattlegrid.Keys, error) {
	if c.Keys.Sign != "" {
		return c.Keys.parse()
	}
	keys, err := c.keepKeys(keep)
	if _, ok := errors.AsType[keyFileError](err); ok { // another directory is no remedy
		return cattlegrid.Keys{}, fmt.Errorf("data: %w", err)
	}
	if err != nil {
		return cattlegrid.Keys{}, c.dataError(err)
	}
	return keys, nil
}

// keyFileError is what is wrong with a file of keys, and what to do about it.
type keyFileError struct{ error }

// parse returns the keys that are configured.
func (k keysConfig) parse() (cattlegrid.Keys, error) {
	var keys cattlegrid.Keys
	var wrong [4]error
	keys.Sign, wrong[0] = parseConfigured("keys.sign", k.Sign, parseSignKey)
	keys.Hash, wrong[1] = parseConfigured("keys.hash", k.Hash, parseHashKey)
	keys.Rotation.Sign, wrong[2] = parseConfigured("keys.new_sign", k.NewSign, parseSignKey)
	keys.Rotation.Hash, wrong[3] = parseConfigured("keys.new_hash", k.NewHash, parseHashKey)
	keys.Rotation.Step = cattlegrid.Step(k.Step)
	return keys, errors.Join(wrong[:]...)
}

// parseConfigured returns no key for no text.
func parseConfigured[K any](name, text string, parse func([]byte) (K, error)) (key K, err error) {
	if text == "" {
		return key, nil
	}
	if key, err = parse([]byte(text)); err != nil {
		return key, fmt.Errorf("%s: %w", name, err)
	}
	return key, nil
}

// keepKeys returns the keys in the data directory. Those to come are made in the first step of their rotation alone: later they
// are in use, and others in their place would forget every limit.
func (c *config) keepKeys(keep keeper) (keys cattlegrid.Keys, err error) {
	if keys.Sign, keys.Hash, err = c.keepPair(keep, signKeyFile, hashKeyFile); err != nil {
		return keys, err
	}
	keys.Rotation.Step = cattlegrid.Step(c.Keys.Step)
	for _, name := range [...]string{newSignKeyFile, newHashKeyFile} {
		path := filepath.Join(c.Data, name)
		switch _, err := os.Lstat(path); {
		case c.Keys.Step == 0 && err == nil:
			return keys, keyFileError{fmt.Errorf("%s is there, but keys.step is not set: go on with the step that was in force,"+
				" or after the last one rename it to %s, or, to give up a rotation in step 1, move both new-*.key away",
				path, strings.TrimPrefix(name, "new-"))}
		case c.Keys.Step > int(cattlegrid.Announced) && errors.Is(err, fs.ErrNotExist):
			return keys, keyFileError{fmt.Errorf("%s is not there, but keys.step is %d: if it was renamed after the last step, unset keys.step;"+
				" else begin with step 1, which makes it", path, c.Keys.Step)}
		}
	}
	if c.Keys.Step > 0 {
		keys.Rotation.Sign, keys.Rotation.Hash, err = c.keepPair(keep, newSignKeyFile, newHashKeyFile)
	}
	return keys, err
}

// keepPair returns the keys in two files of the data directory.
func (c *config) keepPair(keep keeper, signFile, hashFile string) (sign ed25519.PrivateKey, hash []byte, err error) {
	fresh, err := cattlegrid.NewKeys() // in case that there are none
	if err != nil {
		return nil, nil, err
	}
	signText, err := formatSignKey(fresh.Sign)
	if err != nil {
		return nil, nil, err
	}
	if sign, err = keepKey(keep, filepath.Join(c.Data, signFile), signText, parseSignKey); err != nil {
		return nil, nil, err
	}
	hash, err = keepKey(keep, filepath.Join(c.Data, hashFile), formatHashKey(fresh.Hash), parseHashKey)
	return sign, hash, err
}

// keepKey reads the key in a file. fresh is the text of another one.
func keepKey[K any](keep keeper, path string, fresh []byte, parse func([]byte) (K, error)) (K, error) {
	text, err := keep(path, fresh)
	if err != nil || text == nil {
		var none K
		return none, err
	}
	key, err := parse(text)
	if err != nil {
		return key, keyFileError{fmt.Errorf("%s: %w; move it away and a new one is made", path, err)}
	}
	return key, nil
}

func formatSignKey(key ed25519.PrivateKey) ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("encode a signing key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

var errSignKey = errors.New("not an Ed25519 private key in PKCS #8, as PEM or as base64 on one line")

// parseSignKey reads PEM or, as it fits a variable better, what stands between PEM's first and last line.
func parseSignKey(text []byte) (ed25519.PrivateKey, error) {
	var der []byte
	if block, _ := pem.Decode(text); block != nil {
		der = block.Bytes
	} else {
		var err error
		if der, err = base64.StdEncoding.DecodeString(string(bytes.TrimSpace(text))); err != nil {
			return nil, errSignKey // err may quote the key
		}
	}
	key, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, errSignKey
	}
	sign, ok := key.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("a private key of another kind: %w", errSignKey)
	}
	return sign, nil
}

func formatHashKey(key []byte) []byte {
	return append([]byte(base64.StdEncoding.EncodeToString(key)), '\n')
}

// parseHashKey reads base64.
func parseHashKey(text []byte) ([]byte, error) {
	key, err := base64.StdEncoding.DecodeString(string(bytes.TrimSpace(text)))
	if err != nil || len(key) < cattlegrid.HashKeyLen {
		return nil, fmt.Errorf("not the base64 of at least %d bytes", cattlegrid.HashKeyLen)
	}
	return key, nil
}
