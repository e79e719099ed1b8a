package httpapi_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/httpapi"
)

// provider stands for whoever delivers messages.
type provider struct{}

func (provider) Send(context.Context, cattlegrid.Message) (cattlegrid.Delivery, error) {
	return cattlegrid.Delivery{Provider: "example"}, nil
}

// A gate behind a proxy, asked in the tutorial's way for a code without an answer.
func Example() {
	gate, err := cattlegrid.New(cattlegrid.Options{Sender: provider{}})
	if err != nil {
		fmt.Println(err)
		return
	}
	handler, err := httpapi.New(gate, httpapi.Options{
		TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")},
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	r := httptest.NewRequest(http.MethodPost, "/passport/sms_code", strings.NewReader(`{"mobile":"13800138000"}`))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	fmt.Println(w.Code, w.Body)
	// Output: 200 {"errno":"4103","errmsg":"参数不全"}
}
