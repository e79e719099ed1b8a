package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// keepSecret returns what is in a file that only its owner may read. A file that is not there is made, whole or not at
// all, with what fresh says; of several processes that do so at once, one wins and all return the same.
func keepSecret(path string, fresh []byte) ([]byte, error) {
	text, err := readSecretFile(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return text, err
	}
	if err := makeSecretFile(path, fresh); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("make %s: %w", path, err)
	}
	return readSecretFile(path)
}

// findSecret is keepSecret without making the file: of one that is not there it returns nil.
func findSecret(path string, _ []byte) ([]byte, error) {
	text, err := readSecretFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return text, err
}

func readSecretFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	// Windows has no such bits.
	if mode := info.Mode().Perm(); mode&0o077 != 0 && runtime.GOOS != "windows" {
		return nil, keyFileError{fmt.Errorf("%s can be read by others (mode %04o); make it yours alone: chmod 600 %[1]s", path, mode)}
	}
	return readBounded(path)
}

// makeSecretFile writes a new file beside path and links it there, which fails with fs.ErrExist if path exists. So
// nobody ever reads half a file, and none is overwritten.
func makeSecretFile(path string, content []byte) error {
	directory := filepath.Dir(path)
	if err := os.MkdirAll(directory, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(directory, "."+filepath.Base(path)+"-*") // O_EXCL, mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Link(f.Name(), path)
	}
	err = errors.Join(err, os.Remove(f.Name()))
	return errors.Join(err, syncDirectory(directory))
}

// syncDirectory makes sure that the names in a directory outlast a loss of power.
func syncDirectory(path string) error {
	if runtime.GOOS == "windows" { // which cannot, and needs it not
		return nil
	}
	d, err := os.Open(path) //nolint:gosec // the data directory, which the operator names
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
