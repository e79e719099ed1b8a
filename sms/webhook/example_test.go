package webhook_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/webhook"
)

// The whole way: a receiver that verifies and answers, and a sender that posts to it.
func Example() {
	const secret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD" // of the specification's site; make your own

	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 8<<10))
		if err != nil {
			http.Error(w, "no body", http.StatusBadRequest)
			return
		}
		if err := webhook.Verify(secret, r.Header, body, time.Now()); err != nil {
			http.Error(w, "not signed", http.StatusUnauthorized)
			return
		}
		var event webhook.Event
		if err := json.Unmarshal(body, &event); err != nil {
			http.Error(w, "no event", http.StatusBadRequest)
			return
		}
		fmt.Println("send", event.Text, "to", event.To) // here the SMS leaves
		_ = json.NewEncoder(w).Encode(map[string]string{"id": "SM-1"})
	}))
	defer receiver.Close()

	sender, err := webhook.New(webhook.Config{
		URL:          receiver.URL,
		Secret:       secret,
		AllowPrivate: true, // the receiver of this example is on this machine
	})
	if err != nil {
		panic(err)
	}
	number, err := cattlegrid.ParseE164("+8613800138000")
	if err != nil {
		panic(err)
	}
	delivery, err := sender.Send(context.Background(), cattlegrid.Message{
		To: number, Code: "123456", Text: "[Example] 123456 is your code.",
		Purpose: "login", Lang: "en", Lifetime: 5 * time.Minute,
	})
	fmt.Println("delivered as", delivery.ID, err)
	// Output:
	// send [Example] 123456 is your code. to +8613800138000
	// delivered as SM-1 <nil>
}

func ExampleNew() {
	_, err := webhook.New(webhook.Config{URL: "http://10.0.0.7/sms", Secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"})
	fmt.Println(err)
	// Output:
	// webhook URL is http, which everybody on the way can read; use https, or allow private addresses if the receiver is inside
}
