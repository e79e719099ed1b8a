//go:build linux || darwin || freebsd

package main

import (
	"io/fs"
	"syscall"
)

// writable reports why this process may not write to a file, or to a directory.
func writable(path string) error {
	const write = 2 // W_OK
	if err := syscall.Access(path, write); err != nil {
		return &fs.PathError{Op: "write to", Path: path, Err: err}
	}
	return nil
}
