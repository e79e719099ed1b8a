// Package redistest runs a real redis-server for tests.
//
// # Use
//
// [Start] starts a server of the test's own, empty, on a free port of the loopback interface, and stops it when the test
// ends. [Server.Do] talks to it as any other program would, over a connection of its own. [Server.Stop] and
// [Server.Restart] are a crash and what follows; [Server.Pause] and [Server.Resume] are a server that hangs.
//
// # Time
//
// [Server.Advance] moves time for everything that lies in the server, so that no test waits for an expiry. The server's
// own clock cannot be moved and runs on.
//
// # Without redis-server
//
// A test that calls [Start] is skipped, with a line that says what to install. In CI, which is where the environment
// variable CI or CATTLEGRID_TEST_REQUIRE is set to anything, it fails instead.
package redistest
