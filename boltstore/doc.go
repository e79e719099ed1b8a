// Package boltstore keeps a [cattlegrid.Store] in one local file.
//
//	store, err := boltstore.Open("data/cattlegrid.db", boltstore.Options{})
//	if err != nil {
//		return err
//	}
//	defer store.Close()
//
// It is the store for one process on one machine: nothing to install, and a restart neither forgets limits nor revives
// used secrets. Several processes share a Redis instead, with package redisstore.
//
// Calls are answered from memory, by a [cattlegrid.MemStore]. What they change is written to the file behind them: once a
// tick, by default every 250 ms, all that changed is committed in one transaction, and a tick in which nothing changed
// writes nothing.
//
// # What survives
//
// After the process ended in whatever way, kill -9 and power failure included, [Open] finds all that was acknowledged up
// to the start of the last commit. A commit starts one tick after the one before, or as soon as that one is done if it took
// longer. So nothing older than a tick, or a commit if that takes longer, plus the time of one more commit, is forgotten: neither
// charges nor that a secret was used. While a commit takes longer than a tick, calls that change something wait for the next one, so that
// they come no faster than the disk can take them. A commit that takes longer than a second counts as failed until it is
// done, see below.
//
// With [Options.Sync] a call that changes something returns only when its change is committed, so nothing that was
// acknowledged is ever forgotten. Calls that wait at the same time share one commit. Answers that change nothing, such as
// [cattlegrid.ErrNotFound], do not wait, even if they follow from a change that is still being committed.
//
// # When the disk fails
//
// From the first commit that fails (disk full, file system gone read-only) all calls, Ping too, are refused with an error
// that says why: no message should leave on limits that a restart would forget. Nothing is dropped meanwhile. The changes
// are kept and tried again every tick, and the first commit that succeeds ends the refusals; nobody has to do anything
// but make room. A process that is killed in that state forgets what was acknowledged since the last good commit.
//
// # The file
//
// It is a bbolt database, made with mode 0600 in a directory that is made with mode 0700: the answers of open challenges
// are in it, as the caller stored them, and those of closed ones until their room is used again. One process at a time can have
// it open. A file that is damaged, or was made by another program or another version, is refused and left as it is.
//
// In it is a journal: each commit puts what changed behind what is there, takes the oldest out, and puts what is still needed of that
// at the end once more, half as much as changed at most. So what a commit writes does not depend on how much is stored, and the journal
// tends to less than four times what is alive in it in the busiest hours. The file does not shrink, but the room of what was
// taken out is used again. To compact it, stop the process and run "bbolt compact".
package boltstore
