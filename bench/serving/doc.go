// Package serving measures cattlegrid as it serves: the built command, over HTTP, on each of its stores, beside a ceiling in
// the same run. The ceiling is what net/http and one SET through the same client cost, with a constant picture of the same
// size: nobody who draws, limits and logs gets there.
//
// All runs on one machine: the load, the server and Redis share its processors, and take turns in an order of chance. So read
// ratios, and CPU times, rather than requests a second.
package serving
