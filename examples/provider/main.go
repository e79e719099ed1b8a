// Provider is a program that sends through a provider of its own, package pigeon.
//
//	PIGEON_KEY=… go run .
//
// Pigeon does not exist, so no code arrives; docs/providers.md says how to write a sender for a provider that does.
package main

import (
	"context"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/examples/provider/pigeon"
	"github.com/cattlegrid/cattlegrid/httpapi"
	"github.com/cattlegrid/cattlegrid/phone"
	"github.com/cattlegrid/cattlegrid/sms/template"
)

func main() {
	handler, err := newSite(pigeon.Config{
		Key:       os.Getenv("PIGEON_KEY"),
		Templates: template.Table{{ID: "codes", Variables: []string{"code", "minutes"}}},
	})
	if err != nil {
		log.Fatal(err)
	}
	server := &http.Server{Addr: "127.0.0.1:8081", Handler: handler, ReadTimeout: 10 * time.Second}
	log.Fatal(server.ListenAndServe())
}

// newSite is the gate with Pigeon as its provider.
func newSite(c pigeon.Config) (http.Handler, error) {
	sender, err := pigeon.New(c, nil)
	if err != nil {
		return nil, err
	}
	numbers, err := phone.New(phone.Options{Region: "CN"})
	if err != nil {
		return nil, err
	}
	gate, err := cattlegrid.New(cattlegrid.Options{
		Sender: sender, ParsePhone: numbers.Parse, Describe: numbers.Describe, Brand: "Example",
		OnReport: func(_ context.Context, r cattlegrid.Report) { log.Println("receipt:", r.Phone, r.State, r.Code) },
	})
	if err != nil {
		return nil, err
	}
	return httpapi.New(gate, httpapi.Options{Receivers: map[string]httpapi.Receiver{pigeon.Provider: sender}})
}
