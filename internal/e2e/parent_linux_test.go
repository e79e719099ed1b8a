package e2e_test

import "syscall"

// dieWithParent has the system kill a gate when the test ends, however it does.
func dieWithParent() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
