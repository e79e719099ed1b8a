//go:build !linux

package redistest

import "syscall"

// DieWithParent can do nothing here: what a test started that was killed goes on.
func DieWithParent() *syscall.SysProcAttr { return nil }
