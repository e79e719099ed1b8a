// Package redistest runs a real redis-server for tests.
//
// # Use
//
// [Start] starts a server of the test's own, empty, on a free port of the loopback interface, and stops it when the test
// ends. [Server.Do] talks to it as any other program would, over a connection of its own. [Server.Stop] and
// [Server.Restart] are a crash and what follows; [Server.Pause] and [Server.Resume] are a server that hangs.
//
// # More than one
//
// [StartCluster] and [StartReplicatedCluster] start a Redis Cluster, [StartSentinels] a master with replicas and three
// sentinels, [StartTLS] a server that wants certificates. All are quick to notice that one of them is gone.
//
// # Another server
//
// The environment variable CATTLEGRID_TEST_REDIS names the program to start, valkey-server for instance, in place of
// redis-server.
//
// # Time
//
// [Server.Advance] moves time for everything that lies in the server, so that no test waits for an expiry. The server's
// own clock runs on, but for that of [StartClocked], which is set as a test wants.
//
// # Without redis-server
//
// A test that calls [Start] is skipped, with a line that says what to install. In CI, which is where the environment
// variable CI or CATTLEGRID_TEST_REQUIRE is set to anything, it fails instead.
package redistest
