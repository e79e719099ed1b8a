// Package bench measures this repository's captchas beside those of other
// modules, with the testing package's own benchmarks:
//
//	go test -bench Draw/ -benchmem
//	go test -bench DrawParallel -cpu 1,2
//	go test -bench Speak -benchmem
//
// They are for profiles and for benchstat. Comparisons that are to be published
// come from the command in cmd/table, which measures in rounds.
package bench_test
