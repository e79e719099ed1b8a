//go:build !linux

package redistest

import "syscall"

// dieWithParent can do nothing here: the server of a test that was killed goes on.
func dieWithParent() *syscall.SysProcAttr { return nil }
