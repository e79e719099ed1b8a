// Package tracing makes OpenTelemetry traces of requests: a span for the request, one for each step on the store, one for each
// try to send. It posts them as OTLP over HTTP.
//
//	traces, err := tracing.New(ctx, tracing.Options{Endpoint: "http://127.0.0.1:4318", Ratio: 0.1})
//	gate, err := cattlegrid.New(cattlegrid.Options{Store: traces.Store(store), Sender: traces.Sender("aliyun", sender), …})
//	handler, err := httpapi.New(gate, …)
//	http.ListenAndServe(addr, traces.Handler(handler))
//	…
//	err = traces.Close(ctx)
//
// # What is in a span
//
// Methods, names of routes, verbs, providers and countries, classes and statuses: what [Tracing.Handler], [Tracing.Store] and
// [Tracing.Sender] say. No number, code, answer, id, address, key or text of an error.
//
// # Whose traces go on
//
// A request goes on a trace that its traceparent header names if a trusted caller sent it, see [Options].TrustedCallers. It is
// recorded with the probability Ratio, whatever the caller says, unless the caller says that the trace is not recorded. So
// nobody makes more be posted than the operator allows. The tracestate header is not read, and nothing is sent on to providers.
package tracing
