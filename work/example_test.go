package work_test

import (
	"context"
	"crypto/rand"
	"fmt"

	"github.com/cattlegrid/cattlegrid/work"
)

// A server makes a task and keeps it, a visitor's machine does it, and the server checks what comes back.
func Example() {
	task, err := work.New(rand.Reader, 10, 4)
	if err != nil {
		panic(err)
	}
	solution, err := task.Solve(context.Background())
	if err != nil {
		panic(err)
	}
	fmt.Println(task.Check(solution), task.Check("1.2.3.4"))
	// Output: true false
}
