package redistest

import "syscall"

// DieWithParent has the system kill a process when the thread that started it ends, and so when this process does, however it
// does.
func DieWithParent() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
