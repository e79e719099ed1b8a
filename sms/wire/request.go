package wire

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
)

// PostJSON makes the request that posts v as JSON, and returns the body too, for those who sign it. Its errors tell nothing of v.
func PostJSON(ctx context.Context, target string, v any) (req *http.Request, body []byte, err error) {
	if body, err = json.Marshal(v); err != nil {
		return nil, nil, errors.New("the message cannot be encoded")
	}
	if req, err = http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body)); err != nil {
		return nil, nil, errors.New("the request cannot be made")
	}
	req.Header.Set("Content-Type", "application/json")
	return req, body, nil
}
