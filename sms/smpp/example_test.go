package smpp_test

import (
	"context"
	"fmt"
	"net"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/smpp"
	"github.com/cattlegrid/cattlegrid/sms/smpp/smsc"
)

// A message goes to an SMSC that delivers nothing, and its receipt comes back.
func Example() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	server := smsc.New(smsc.Config{SystemID: "acme", Password: "secret"}, nil)
	defer server.Close()
	go server.Serve(listener)

	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	sender, err := smpp.New(smpp.Config{
		Address:   listener.Addr().String(),
		SystemID:  "acme",
		Password:  "secret",
		Source:    "Acme",
		OnReceipt: func(r smpp.Receipt) { fmt.Println(r.ID, r.State) },
	})
	if err != nil {
		panic(err)
	}
	to, _ := cattlegrid.ParseE164("+447700900123")
	delivery, err := sender.Send(ctx, cattlegrid.Message{To: to, Code: "918273", Text: "918273 is your Acme code."})
	fmt.Println(delivery.ID, err)
	fmt.Println(server.Messages()[0].Text)
	_ = sender.Close(ctx)
	// Unordered output:
	// 00000001 <nil>
	// 00000001 delivered
	// 918273 is your Acme code.
}
