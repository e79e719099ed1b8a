//go:build race

package captcha_test

// raceEnabled says that the race detector is at work, which allocates.
const raceEnabled = true
