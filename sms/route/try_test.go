package route_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/route"
)

// Each try is told once, the first before the second begins, and says who is asked next.
func TestOnTry(t *testing.T) {
	t.Parallel()
	const second = time.Second
	slow := answer{after: second}
	for name, tc := range map[string]struct {
		a, b answer
		want []string
	}{
		"OK":           {slow, taken, []string{"a second=false took=1s next= class=-1"}},
		"Permanent":    {fail(cattlegrid.Permanent), taken, []string{"a second=false took=0s next= class=2"}},
		"FailedOver":   {fail(cattlegrid.Temporary), slow, []string{"a second=false took=0s next=b class=1", "b second=true took=1s next= class=-1"}},
		"FailedTwice":  {fail(cattlegrid.Unpaid), fail(cattlegrid.Unknown), []string{"a second=false took=0s next=b class=4", "b second=true took=0s next= class=0"}},
		"NoTimeIsLeft": {answer{4600 * time.Millisecond, fail(cattlegrid.Temporary).err}, taken, []string{"a second=false took=4.6s next= class=1"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				a, b := newFake("a", tc.a), newFake("b", tc.b)
				m := message(t, 1)
				var got []string
				r := newRoute(t, route.Options{
					Links: []route.Link{{Name: "a", Sender: a, Timeout: 5 * second}, link(b)},
					OnTry: func(_ context.Context, try route.Try) {
						class := cattlegrid.SendClass(-1)
						if try.Err != nil {
							class = try.Err.Class
						}
						got = append(got, fmt.Sprintf("%s second=%v took=%v next=%s class=%d", try.Link, try.Second, try.Took, try.Next, class))
						if try.MessageID != m.ID || try.Next != "" && len(b.messages) != 0 {
							t.Errorf("told of %+v after %d messages to the next", try, len(b.messages))
						}
					},
				})
				_, _ = r.Send(t.Context(), m)
				if diff := cmp.Diff(tc.want, got); diff != "" {
					t.Errorf("tries (-want +got):\n%s", diff)
				}
			})
		})
	}
}
