package serving

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/redis/rueidis"

	"github.com/cattlegrid/cattlegrid/redisstore"
)

// pictureSize is how large the ceiling's constant picture is: a usual one of ours.
const pictureSize = 1440

// ServeCeiling answers every request with the same picture, after one SET through the client that the gate would use.
func ServeCeiling(ctx context.Context, addr, redis string) error {
	options, err := redisstore.ClientOptions(redis)
	if err != nil {
		return err
	}
	client, err := rueidis.NewClient(options)
	if err != nil {
		return err
	}
	defer client.Close()
	picture := make([]byte, pictureSize)
	server := &http.Server{Addr: addr, ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		set := client.B().Set().Key("ImageCode_" + r.URL.Query().Get("code_id")).Value("X7KP9A").ExSeconds(300).Build()
		if err := client.Do(r.Context(), set).Error(); err != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		header := w.Header()
		header.Set("Content-Type", "image/png")
		header.Set("Content-Length", strconv.Itoa(len(picture)))
		header.Set("X-Dev-Answer", "X7KP9A")
		_, _ = w.Write(picture)
	})}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	return server.ListenAndServe()
}
