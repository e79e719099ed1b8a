package measure

import (
	"bytes"
	"os"
	"strconv"
	"time"
)

// tick is the unit of /proc/stat: Linux shows hundredths of a second to programs.
const tick = 10 * time.Millisecond

// Machine returns the time that all programs together have kept this machine's
// cores busy since it started, or false where the machine does not tell.
// Subtract [CPU] to see what others did: a busy neighbour makes programs that use
// much memory look slower than they are.
func Machine() (time.Duration, bool) {
	stat, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, false
	}
	return busy(stat)
}

// busy adds up the first line of /proc/stat: user, nice, system, and after idle
// and iowait, which do not count, irq, softirq and steal.
func busy(stat []byte) (time.Duration, bool) {
	line, _, _ := bytes.Cut(stat, []byte("\n"))
	fields := bytes.Fields(line)
	if len(fields) < 9 || string(fields[0]) != "cpu" {
		return 0, false
	}
	var sum time.Duration
	for _, i := range []int{1, 2, 3, 6, 7, 8} {
		n, err := strconv.ParseInt(string(fields[i]), 10, 64)
		if err != nil {
			return 0, false
		}
		sum += time.Duration(n) * tick
	}
	return sum, true
}
