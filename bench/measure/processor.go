package measure

import (
	"bufio"
	"bytes"
	"os"
	"strings"
)

// Processor returns the model of the CPU as Linux tells it.
func Processor() string {
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "a CPU of unknown model"
	}
	return model(info)
}

// model finds the model in the text of /proc/cpuinfo. Not all machines tell one.
func model(info []byte) string {
	for lines := bufio.NewScanner(bytes.NewReader(info)); lines.Scan(); {
		key, value, _ := strings.Cut(lines.Text(), ":")
		if strings.TrimSpace(key) == "model name" {
			return strings.Join(strings.Fields(value), " ")
		}
	}
	return "a CPU of unknown model"
}
