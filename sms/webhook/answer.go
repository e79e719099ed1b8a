package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"

	"github.com/cattlegrid/cattlegrid"
)

const (
	maxHeader = 16 << 10 // bytes
	maxAnswer = 4 << 10  // bytes of the body
	maxID     = 128      // bytes
)

// refused tells the class of an answer that is not a success. The package comment has the table.
func refused(status int) (cattlegrid.SendClass, bool) {
	switch {
	case status >= 200 && status <= 299:
		return 0, false
	case status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable:
		return cattlegrid.Temporary, true
	case status == http.StatusRequestTimeout: // some proxies mean that the receiver behind them took too long
		return cattlegrid.Unknown, true
	case status >= 400 && status <= 499:
		return cattlegrid.Permanent, true
	case status == http.StatusMovedPermanently, status == http.StatusTemporaryRedirect,
		status == http.StatusPermanentRedirect:
		return cattlegrid.Permanent, true
	default: // 302 and 303 too: some send the SMS and then redirect
		return cattlegrid.Unknown, true
	}
}

func answered(status int) error {
	if status >= 300 && status <= 399 {
		return fmt.Errorf("receiver answered %d; redirects are not followed, configure the final URL", status)
	}
	return fmt.Errorf("receiver answered %d", status)
}

// noAnswer says why no answer arrived on a connection that stood. What the receiver wrote is not repeated: it may be
// the message.
func noAnswer(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("no answer: %w", ctx.Err())
	}
	if oe, ok := errors.AsType[*net.OpError](err); ok {
		return fmt.Errorf("no answer: %w", oe)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("no answer: connection closed")
	}
	return errors.New("malformed answer")
}

// readID returns the id in the body of a success, or nothing if there is none that can be shown: the message was taken
// whatever the body says. An id made of the code or the number is not shown.
func readID(body io.Reader, m cattlegrid.Message) string {
	data, err := io.ReadAll(io.LimitReader(body, maxAnswer))
	if err != nil {
		return ""
	}
	var answer struct {
		ID string `json:"id"`
	}
	if json.Unmarshal(data, &answer) != nil || len(answer.ID) > maxID {
		return ""
	}
	number := m.To.E164()
	number = number[max(0, len(number)-7):]
	if m.Code != "" && strings.Contains(answer.ID, m.Code) || number != "" && strings.Contains(answer.ID, number) {
		return ""
	}
	for _, c := range []byte(answer.ID) {
		if c <= ' ' || c > '~' {
			return ""
		}
	}
	return answer.ID
}
