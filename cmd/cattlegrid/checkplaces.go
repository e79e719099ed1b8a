package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// checkPlaces reports the files and directories with which serve would refuse to start. It makes none.
func (c *config) checkPlaces(keys []keyRole) error {
	var wrong []error
	if c.Store == "redis" {
		_, err := c.redisClient()
		wrong = append(wrong, err)
	}
	unmade := slices.ContainsFunc(keys, func(r keyRole) bool { return r.id == "-" })
	if c.Store == "bolt" || unmade {
		if err := canHold(c.Data); err != nil {
			wrong = append(wrong, c.dataError(err))
		}
	}
	if path := c.Events.File; path != "" {
		if err := canAppend(path); err != nil {
			wrong = append(wrong, c.eventFileError(err))
		}
	}
	return errors.Join(wrong...)
}

// canHold reports why no file could be made in a directory, which may have to be made first.
func canHold(directory string) error {
	info, err := os.Stat(directory)
	switch parent := filepath.Dir(directory); {
	case errors.Is(err, fs.ErrNotExist) && parent != directory:
		return canHold(parent)
	case err != nil:
		return err
	case !info.IsDir():
		return fmt.Errorf("%s: not a directory", directory)
	default:
		return writable(directory)
	}
}

// canAppend reports why nothing could be appended to a file, which may have to be made first, but not its directory.
func canAppend(path string) error {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return fmt.Errorf("%s: is a directory", path)
	case err == nil:
		return writable(path)
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if _, err := os.Stat(filepath.Dir(path)); err != nil {
		return err
	}
	return writable(filepath.Dir(path))
}
