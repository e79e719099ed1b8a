package awssms_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid"
)

// Whether a code came back is this request.
func TestFeedback(t *testing.T) {
	c := config("", secret)
	c.Now = clock
	const id = "862a8790-60c0-4430-9b2b-658bdexample"
	for converted, status := range map[bool]string{true: "RECEIVED", false: "FAILED"} {
		body := `{"MessageFeedbackStatus":"` + status + `","MessageId":"` + id + `"}`
		var got string
		s := answered(t, c, http.StatusOK, body, func(r *http.Request) { got = show(r) })
		if err := s.Feedback(t.Context(), id, converted); err != nil {
			t.Errorf("Feedback: %v", err)
		}
		if diff := cmp.Diff(shown("PutMessageFeedback", body), got); diff != "" {
			t.Errorf("request (-want +got):\n%s", diff)
		}
	}
	t.Run("NotFound", func(t *testing.T) {
		s := answered(t, c, http.StatusBadRequest, `{"__type":"ResourceNotFoundException","Message":"m","ResourceType":"message","ResourceId":"i"}`, nil)
		fails(t, s.Feedback(t.Context(), id, true), cattlegrid.Misconfigured, "ResourceNotFoundException")
	})
	t.Run("NoID", func(t *testing.T) {
		s := answered(t, c, http.StatusOK, `{}`, func(*http.Request) { t.Error("a request was made") })
		for _, id := range []string{"", "a b", strings.Repeat("a", 65)} {
			fails(t, s.Feedback(t.Context(), id, true), cattlegrid.Misconfigured, "")
		}
	})
}
