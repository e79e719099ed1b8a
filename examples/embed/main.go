// Embed puts the gate into a program of one's own: the site serves the gate's pages and endpoints beside its own, and
// registers whoever brings a proof.
//
//	go run .
//
// Then open http://127.0.0.1:8081, register, and send the proof to the site:
//
//	curl -d 'proof=eyJ…' http://127.0.0.1:8081/register
package main

import (
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/httpapi"
	"github.com/cattlegrid/cattlegrid/phone"
	"github.com/cattlegrid/cattlegrid/sms/console"
)

func main() {
	inbox := console.New(os.Stdout) // prints the SMS; in production sms/webhook
	handler, err := newSite(inbox)
	if err != nil {
		log.Fatal(err)
	}
	server := &http.Server{Addr: "127.0.0.1:8081", Handler: handler, ReadTimeout: 10 * time.Second}
	fmt.Println("http://" + server.Addr)
	log.Fatal(server.ListenAndServe())
}

// newSite is a site whose visitors register with a phone number.
func newSite(inbox *console.Sender) (http.Handler, error) {
	numbers, err := phone.New(phone.Options{Region: "CN"})
	if err != nil {
		return nil, err
	}
	gate, err := cattlegrid.New(cattlegrid.Options{Sender: inbox, ParsePhone: numbers.Parse, Describe: numbers.Describe})
	if err != nil {
		return nil, err
	}
	endpoints, err := httpapi.New(gate, httpapi.Options{Inbox: inbox}) // without Inbox in production
	if err != nil {
		return nil, err
	}
	used := cattlegrid.NewMemStore(cattlegrid.MemOptions{})
	proofs, err := cattlegrid.NewVerifier(cattlegrid.VerifierOptions{JWKS: gate.JWKS(), Store: used})
	if err != nil {
		return nil, err
	}

	mux := http.NewServeMux()
	mux.Handle("/", endpoints)
	mux.HandleFunc("POST /register", func(w http.ResponseWriter, r *http.Request) {
		claims, err := proofs.Verify(r.Context(), r.FormValue("proof"), "register")
		switch {
		case errors.Is(err, cattlegrid.ErrProof):
			http.Error(w, "please verify your phone number first", http.StatusForbidden)
		case err != nil:
			http.Error(w, "please try again later", http.StatusServiceUnavailable)
		default:
			fmt.Fprintf(w, "welcome, %s\n", claims.PhoneNumber) // here the site makes the account
		}
	})
	return mux, nil
}
