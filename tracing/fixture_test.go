package tracing_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"

	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/cattlegrid/cattlegrid/tracing"
)

// collector takes OTLP over HTTP.
type collector struct {
	URL string

	mu       sync.Mutex
	status   int // that it answers; 0 is 200
	requests []*http.Request
	bodies   [][]byte
	spans    []*tracepb.Span
	resource map[string]string
}

func newCollector(t *testing.T) *collector {
	t.Helper()
	c := &collector{}
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	c.URL = server.URL
	return c
}

func (c *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var posted tracepb.TracesData
	if err != nil || proto.Unmarshal(body, &posted) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.requests, c.bodies = append(c.requests, r), append(c.bodies, body)
	for _, resource := range posted.GetResourceSpans() {
		c.resource = attributes(resource.GetResource().GetAttributes())
		for _, scope := range resource.GetScopeSpans() {
			c.spans = append(c.spans, scope.GetSpans()...)
		}
	}
	if c.status != 0 {
		w.WriteHeader(c.status)
	}
}

func attributes(of []*commonpb.KeyValue) map[string]string {
	all := map[string]string{}
	for _, a := range of {
		switch v := a.GetValue().GetValue().(type) {
		case *commonpb.AnyValue_StringValue:
			all[a.GetKey()] = v.StringValue
		case *commonpb.AnyValue_IntValue:
			all[a.GetKey()] = strconv.FormatInt(v.IntValue, 10)
		default:
			all[a.GetKey()] = fmt.Sprintf("%T", v)
		}
	}
	return all
}

// span is what tests want to know of one.
type span struct {
	Name, Parent string // "" is none here; "caller" is one elsewhere
	Kind         string
	Failed       bool
	Attributes   map[string]string
}

// recorded closes the tracing and returns what was posted, in the order in which it ended.
func (c *collector) recorded(t *testing.T, traces *tracing.Tracing) []span {
	t.Helper()
	if err := traces.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	names := map[string]string{"": ""}
	for _, s := range c.spans {
		names[string(s.GetSpanId())] = s.GetName()
	}
	all := make([]span, 0, len(c.spans))
	for _, s := range c.spans {
		parent, ok := names[string(s.GetParentSpanId())]
		if !ok {
			parent = "caller"
		}
		all = append(all, span{
			Name: s.GetName(), Parent: parent, Kind: s.GetKind().String()[len("SPAN_KIND_"):],
			Failed: s.GetStatus().GetCode() == tracepb.Status_STATUS_CODE_ERROR, Attributes: attributes(s.GetAttributes()),
		})
	}
	return all
}

func newTracing(t *testing.T, c *collector, change func(*tracing.Options)) *tracing.Tracing {
	t.Helper()
	o := tracing.Options{Endpoint: c.URL, Ratio: 1, Version: "v1.2.3"}
	if change != nil {
		change(&o)
	}
	traces, err := tracing.New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = traces.Close(t.Context()) })
	return traces
}
