package redisstore_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/cattlegrid/cattlegrid/guard"
	"github.com/cattlegrid/cattlegrid/internal/redistest"
)

// sending is the subject of the n-th message: phones and clients are new, prefixes come back, and the country is one. Only
// so much is known that no lane applies: the home country in the working day.
func sending(n int) guard.Subject {
	return guard.Subject{
		Phone: fmt.Sprintf("%032x", n), Prefix: fmt.Sprintf("+8613%06d", n%1000), Segment: fmt.Sprintf("CN+8613%d", n%10), Country: "CN",
		Client: fmt.Sprintf("%032x", 1<<40+n), Network: fmt.Sprintf("%032x", n%5000), Purpose: "register",
	}
}

// rulebook is the default policy with limits that a benchmark does not reach.
func rulebook(t testing.TB) *guard.Rulebook {
	t.Helper()
	p := guard.DefaultPolicy()
	for i := range p.Send {
		if p.Send[i].Per != guard.PerPhone {
			p.Send[i].Max, p.Send[i].Hard, p.Send[i].Work = guard.MaxUnits, 0, 0
		}
	}
	book, err := guard.NewRulebook(p)
	if err != nil {
		t.Fatal(err)
	}
	return book
}

// What a message costs Redis: every phone and client is new. Some messages are always about to be verified, or else so many
// have not been that accounts are large.
func BenchmarkSend(b *testing.B) {
	for name, outstanding := range map[string]int{"Some": 20, "Many": 2000} {
		b.Run(name, func(b *testing.B) { benchSend(b, outstanding) })
	}
}

func benchSend(b *testing.B, outstanding int) {
	const batch = 20
	book, server := rulebook(b), redistest.Start(b)
	store := newStore(b, server.SocketURL())
	send := func(n int) {
		subject, id := sending(n), "id"+strconv.Itoa(n)
		debits := book.Debits(guard.Send, subject, guard.Normal, id)
		if _, err := store.Keep(b.Context(), "Code_register_{"+subject.Phone+"}", code("482915"), debits...); err != nil {
			b.Fatal(err)
		}
	}
	settle := func(n int) {
		credit, debits := book.Settlement(sending(n), "id"+strconv.Itoa(n))
		if err := store.Settle(b.Context(), credit, debits...); err != nil {
			b.Fatal(err)
		}
	}
	n := 0
	for range outstanding {
		send(n)
		n++
	}
	var sends, settles float64
	for b.Loop() {
		sends += cost(b, server, func() {
			for i := range batch {
				send(n + i)
			}
		})
		settles += cost(b, server, func() {
			for i := range batch {
				settle(n - outstanding + i)
			}
		})
		n += batch
	}
	for unit, micros := range map[string]float64{"µs/send": sends, "µs/settle": settles} {
		b.ReportMetric(micros/float64(b.N*batch), unit)
	}
}

// cost is how many microseconds Redis needed for the scripts that were run.
func cost(t testing.TB, server *redistest.Server, run func()) float64 {
	t.Helper()
	server.Do(t, "CONFIG", "RESETSTAT")
	run()
	_, rest, _ := strings.Cut(server.Do(t, "INFO", "commandstats"), "cmdstat_evalsha:")
	_, rest, _ = strings.Cut(rest, "usec=")
	text, _, _ := strings.Cut(rest, ",")
	micros, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return micros
}
