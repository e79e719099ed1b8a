package httpapi_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
)

// openAPI is docs/openapi.yaml, read once.
var openAPI = sync.OnceValues(func() (routers.Router, error) {
	doc, err := openapi3.NewLoader().LoadFromFile("../docs/openapi.yaml")
	if err != nil {
		return nil, err
	}
	if err := doc.Validate(context.Background()); err != nil {
		return nil, err
	}
	openapi3filter.RegisterBodyDecoder("text/html", openapi3filter.FileBodyDecoder)
	return legacy.NewRouter(doc)
})

// conform checks that the answer to r is one that docs/openapi.yaml allows. Every request of this package's tests comes
// by here, so the file is true of all that is tested.
func conform(t *testing.T, r *http.Request, w *httptest.ResponseRecorder) {
	t.Helper()
	router, err := openAPI()
	if err != nil {
		t.Fatalf("docs/openapi.yaml: %v", err)
	}
	route, parameters, err := router.FindRoute(r)
	if err != nil || route.Path != "/" && strings.HasSuffix(r.URL.Path, "/") {
		return // a path or method that the file does not have; the router is lax about a last slash
	}
	err = openapi3filter.ValidateResponse(t.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, Route: route, PathParams: parameters},
		Status:                 w.Code,
		Header:                 w.Result().Header,
		Body:                   io.NopCloser(bytes.NewReader(w.Body.Bytes())),
		Options:                &openapi3filter.Options{IncludeResponseStatus: true},
	})
	if err != nil {
		t.Errorf("%s %s answers what docs/openapi.yaml does not allow: %v", r.Method, r.URL.Path, err)
	}
}
