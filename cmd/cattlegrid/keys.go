package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/cattlegrid/cattlegrid"
)

// Names of the files in the data directory.
const (
	signKeyFile = "sign.key" // PEM of PKCS #8
	hashKeyFile = "hash.key" // base64
)

// loadKeys returns the keys of the configuration or, if it has none, those in the data directory, which are made if they
// are not there.
func (c *config) loadKeys() (cattlegrid.Keys, error) {
	if c.Keys.Sign != "" {
		sign, err := parseSignKey([]byte(c.Keys.Sign))
		if err != nil {
			return cattlegrid.Keys{}, fmt.Errorf("keys.sign: %w", err)
		}
		hash, err := parseHashKey([]byte(c.Keys.Hash))
		if err != nil {
			return cattlegrid.Keys{}, fmt.Errorf("keys.hash: %w", err)
		}
		return cattlegrid.Keys{Sign: sign, Hash: hash}, nil
	}

	fresh, err := cattlegrid.NewKeys() // in case that there are none
	if err != nil {
		return cattlegrid.Keys{}, err
	}
	signText, err := formatSignKey(fresh.Sign)
	if err != nil {
		return cattlegrid.Keys{}, err
	}
	sign, err := keepKey(filepath.Join(c.Data, signKeyFile), signText, parseSignKey)
	if err != nil {
		return cattlegrid.Keys{}, c.dataError(err)
	}
	hash, err := keepKey(filepath.Join(c.Data, hashKeyFile), formatHashKey(fresh.Hash), parseHashKey)
	if err != nil {
		return cattlegrid.Keys{}, c.dataError(err)
	}
	return cattlegrid.Keys{Sign: sign, Hash: hash}, nil
}

// keepKey reads the key in a file, which gets the text of a fresh one if it is not there.
func keepKey[K any](path string, fresh []byte, parse func([]byte) (K, error)) (K, error) {
	text, err := keepSecret(path, fresh)
	if err != nil {
		var none K
		return none, err
	}
	key, err := parse(text)
	if err != nil {
		return key, fmt.Errorf("%s: %w; move it away and a new one is made", path, err)
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
