// Command cattlegrid serves a gate: the page, the tutorial's paths and the JSON interface, on one of three stores.
//
//	cattlegrid                                  # listens on 127.0.0.1:8080, prints where to look
//	cattlegrid serve -config cattlegrid.toml
//	cattlegrid config                           # prints the configuration in force, secrets masked
//	cattlegrid check                            # prints what is sent, how many SMS that takes, and what it costs
//	cattlegrid sample -n 24 -o sheet.png        # draws challenges to look at
//	cattlegrid version
//
// # Configuration
//
// A TOML file, then variables CATTLEGRID_*, then flags, each over the one before. Unknown keys and variables are errors,
// and so is each value that cannot work: the error names the key, the value, where it was set, and one that works. All
// keys are in docs/configuration.md.
//
// # While it serves
//
// SIGHUP makes it read the configuration again: another policy and other prices are put in force, a broken file changes
// nothing, and what needs a restart is named. Decisions are counted at the address of metrics, and written to the file of
// events or posted to the site, with what providers report of messages, if these are configured.
//
// # Development mode
//
// With nothing configured at all, or with dev set, messages are printed instead of sent and shown on the page, so that
// a newcomer needs neither a provider nor a phone. Otherwise a provider must be configured.
//
// # Exit codes
//
// 0 after SIGTERM or SIGINT, once what was in flight is answered and the store is written; 1 for a failure; 2 for a
// command line that makes no sense. A second signal ends the process at once.
package main
