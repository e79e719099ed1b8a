package tracing

import (
	"math/rand/v2"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// sampler decides at random which requests are recorded; their steps are, too. The id of a trace has no say, as it has with the
// SDK's own samplers: whoever may choose it could choose ones that are always recorded.
type sampler struct{ ratio float64 }

// ShouldSample implements [sdktrace.Sampler].
func (s sampler) ShouldSample(p sdktrace.SamplingParameters) sdktrace.SamplingResult {
	parent := trace.SpanContextFromContext(p.ParentContext)
	take := parent.IsSampled()
	if !parent.IsValid() || take && parent.IsRemote() {
		take = rand.Float64() < s.ratio //nolint:gosec // no secret is made of it
	}
	if take {
		return sdktrace.SamplingResult{Decision: sdktrace.RecordAndSample}
	}
	return sdktrace.SamplingResult{Decision: sdktrace.Drop}
}

// Description implements [sdktrace.Sampler].
func (s sampler) Description() string { return "cattlegrid" }
