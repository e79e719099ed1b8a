package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/cattlegrid/cattlegrid"
)

// Processes that start at once in an empty directory end up with the same keys, and leave nothing else there.
func TestLoadKeysAtOnce(t *testing.T) {
	c := defaults()
	c.Data = filepath.Join(t.TempDir(), "new", "data")
	const processes = 16
	all := make([]cattlegrid.Keys, processes)
	var group sync.WaitGroup
	for i := range all {
		group.Go(func() {
			keys, err := c.loadKeys()
			if err != nil {
				t.Errorf("load keys: %v", err)
			}
			all[i] = keys
		})
	}
	group.Wait()
	for i, keys := range all {
		if !keys.Sign.Equal(all[0].Sign) || !bytes.Equal(keys.Hash, all[0].Hash) {
			t.Errorf("process %d has other keys than process 0", i)
		}
	}
	if len(all[0].Sign) != ed25519.PrivateKeySize || len(all[0].Hash) != cattlegrid.HashKeyLen {
		t.Errorf("the keys have %d and %d bytes", len(all[0].Sign), len(all[0].Hash))
	}
	files, err := os.ReadDir(c.Data)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 2 || files[0].Name() != hashKeyFile || files[1].Name() != signKeyFile {
		t.Errorf("the directory has %v, want the two keys", files)
	}
}

// What is wrong with keys is said in the same order each time.
func TestKeyMistakes(t *testing.T) {
	environ := map[string]string{"CATTLEGRID_DEV": "true", "CATTLEGRID_KEYS_NEW_SIGN": "none", "CATTLEGRID_KEYS_NEW_HASH": "none"}
	for range 20 {
		_, err := load("", environ, nil)
		if err == nil {
			t.Fatal("keys that are none are taken")
		}
		said := err.Error()
		if sign, hash := strings.Index(said, "but keys.new_sign is"), strings.Index(said, "but keys.new_hash is"); sign < 0 || hash < sign {
			t.Fatalf("want new_sign, then new_hash:\n%s", said)
		}
	}
}

// A signing key reads the same as PEM and as the base64 within it.
func TestParseSignKey(t *testing.T) {
	keys, err := cattlegrid.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	text, err := formatSignKey(keys.Sign)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	for name, text := range map[string][]byte{
		"PEM":      text,
		"one line": []byte(base64.StdEncoding.EncodeToString(block.Bytes) + "\n"),
	} {
		got, err := parseSignKey(text)
		if err != nil || !got.Equal(keys.Sign) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Neither parser repeats what it cannot read: it may be most of a key.
func FuzzKeys(f *testing.F) {
	f.Add([]byte("MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g"))
	f.Add([]byte("-----BEGIN PRIVATE KEY-----\nAAAAAAAAAAAAAAAAAAAA\n-----END PRIVATE KEY-----\n"))
	f.Add([]byte("not a key"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if key, err := parseSignKey(text); err != nil {
			checkSilent(t, err, text)
		} else if len(key) != ed25519.PrivateKeySize {
			t.Errorf("a signing key of %d bytes", len(key))
		}
		if key, err := parseHashKey(text); err != nil {
			checkSilent(t, err, text)
		} else if len(key) < cattlegrid.HashKeyLen {
			t.Errorf("a hashing key of %d bytes", len(key))
		}
	})
}

func checkSilent(t *testing.T, err error, text []byte) {
	t.Helper()
	const telling = 20 // fewer bytes may stand in the message by chance
	if len(text) >= telling && bytes.Contains([]byte(err.Error()), text) {
		t.Errorf("the error repeats the key: %v", err)
	}
}
