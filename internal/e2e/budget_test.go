package e2e_test

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// caller is one of a crowd, each with a client and a new prefix of its own.
type caller struct{ segment, number, address string }

// callers returns a crowd that nobody knows, as many from each segment.
func (f *fleet) callers(segments []string) []caller {
	strangers := make([]caller, crowd)
	for i := range strangers {
		segment := segments[i%len(segments)]
		strangers[i] = caller{segment, f.numberOf(f.newPrefix(segment)), f.address()}
	}
	return strangers
}

// visited is a caller who got a message.
type visited struct {
	caller

	verification string
}

// ask has all callers answer a challenge rightly, at once at all gates. Exactly so many must get a message. The others
// must be told to make the effort next, or with "" to wait an hour at most.
func (f *fleet) ask(t *testing.T, callers []caller, effort string, want int, next string) (served []visited, refused []caller) {
	t.Helper()
	before := len(f.provider.sent())
	solved := f.gates[0].challengesOf(effort, len(callers))
	replies := all(len(callers), func(i int) reply { return f.gate(i).smsCode(callers[i].number, solved[i], callers[i].address) })
	for i, r := range replies {
		if r.outcome() == "0" {
			served = append(served, visited{callers[i], r.verification()})
			continue
		}
		refused = append(refused, callers[i])
		told := r.outcome() == "4201" || r.outcome() == "4202"
		if waits := r.wait() > 0 && r.wait() <= time.Hour; !told || r.Effort != next || waits != (next == "") {
			t.Errorf("%s effort: got %s, effort %q, want effort %q or a wait", effort, statusAndWords(r), r.Effort, next)
		}
	}
	if left := len(f.provider.sent()) - before; len(served) != want || left != want {
		t.Errorf("%s effort: %d callers were served and %d messages left, want %d", effort, len(served), left, want)
	}
	for _, v := range served {
		if got := len(f.provider.sentTo(v.number)); got != 1 {
			t.Errorf("%d messages left for a caller who was served once", got)
		}
	}
	return served, refused
}

// verify has callers type their codes, each at another gate.
func (f *fleet) verify(t *testing.T, callers []visited) {
	t.Helper()
	for i, v := range callers {
		if r := f.gate(i+1).check(v.verification, f.provider.code(v.number)); r.outcome() != "200" {
			t.Fatalf("the right code: got %s", statusAndWords(r))
		}
	}
}

// within counts the callers in a segment.
func within(segment string, callers []visited) (n int) {
	for _, v := range callers {
		if v.segment == segment {
			n++
		}
	}
	return n
}

// On a site whose country and segments are known, a crowd of numbers in new prefixes at three gates at once gets exactly
// what the lanes allow: first without an effort, then, for refusals cost nothing, with one. Each code that is typed makes
// room as the policy says, and when none is the lanes shut again.
func TestReplicasBudget(t *testing.T) {
	t.Parallel()
	const lane, laneHard, total = 6, 3, 10 // and everything grows by two for each number that was verified
	segments := []string{"138", "159"}
	f := newFleet(t,
		"known = { prefix = 2, segment = 1, country = 1 }",
		"limits.cold_prefixes_per_segment_hour = { max = 6, hard = 3, grow = 200 }",
		"limits.cold_prefixes_hour = { max = 10, hard = 0, grow = 200 }",
		"limits.cold_prefixes_sends_hour.off = true",
	)
	for i, segment := range segments {
		number, code, verification := f.send(t, f.gate(i), f.numberOf(f.newPrefix(segment)))
		if r := f.gate(i).check(verification, code); r.outcome() != "200" {
			t.Fatalf("make segment %s known to send to %s: got %s", segment, number[:3], statusAndWords(r))
		}
	}
	atMost := func(doing string, most int, served ...[]visited) {
		t.Helper()
		for _, segment := range segments {
			if got := within(segment, slices.Concat(served...)); got > most {
				t.Errorf("%s: %d messages left for new prefixes of a segment, want at most %d", doing, got, most)
			}
		}
	}

	easily, refused := f.ask(t, f.callers(segments), "normal", len(segments)*laneHard, "hard")
	atMost("without an effort", laneHard, easily)
	hardly, _ := f.ask(t, refused, "hard", total-len(easily), "")
	atMost("with an effort", lane, easily, hardly)

	// All but one of each segment type their codes. What is charged is then one, and the lanes grow by the others.
	served := slices.Concat(easily, hardly)
	var typing []visited
	verified := map[string]int{}
	for _, segment := range segments {
		in := slices.DeleteFunc(slices.Clone(served), func(v visited) bool { return v.segment != segment })
		typing = append(typing, in[1:]...)
		verified[segment] = len(in) - 1
	}
	f.verify(t, typing)
	easyRoom, room := 0, 0
	for _, n := range verified {
		easyRoom += max(laneHard, n) - 1 // where hard is half of max it grows by half
		room += max(lane, 2*n) - 1
	}
	if roomInAll := max(total, 2*len(typing)) - len(segments); room > roomInAll {
		t.Fatalf("the lanes of the segments have room for %d, all together for %d: the test cannot tell", room, roomInAll)
	}
	easily, refused = f.ask(t, f.callers(segments), "normal", easyRoom, "hard")
	for _, segment := range segments {
		if got, want := within(segment, easily), max(laneHard, verified[segment])-1; got != want {
			t.Errorf("%d messages left for a segment with %d verified, want %d", got, verified[segment], want)
		}
	}
	hardly, _ = f.ask(t, refused, "hard", room-easyRoom, "")
	for _, segment := range segments {
		if got, want := within(segment, slices.Concat(easily, hardly)), max(lane, 2*verified[segment])-1; got != want {
			t.Errorf("%d messages left for a segment with %d verified, want %d", got, verified[segment], want)
		}
	}

	f.server.Advance(t, 2*time.Hour) // the lanes are empty, and nobody was verified lately
	again, _ := f.ask(t, f.callers(segments), "hard", total, "")
	atMost("when nothing is verified", lane, again)
}

// On a new site, where nothing is known, the policy that ships lets a crowd at three gates have exactly five messages, and
// eight in all for an effort. When those are verified there is room for eight others: for who was refused before.
func TestReplicasNewSite(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	segments := strings.Fields("130 131 132 133 134 135 136 137 138 139 150 151 152 153 155 156 157 158 159 176 177 178 180 181 182 183 184 185 186 187 188 189")
	easily, refused := f.ask(t, f.callers(segments), "normal", 5, "hard")
	hardly, refused := f.ask(t, refused, "hard", 3, "")
	f.verify(t, slices.Concat(easily, hardly))
	// Nothing is outstanding any more, and eight verified numbers are less than lets the lane grow.
	f.ask(t, refused, "hard", 8, "")
}
