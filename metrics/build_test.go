package metrics_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/cattlegrid/cattlegrid/metrics"
)

// What the program was built from is one series; what is not known says so.
func TestBuild(t *testing.T) {
	t.Parallel()
	registry := prometheus.NewPedanticRegistry()
	if err := metrics.Build(registry, "v1.2.3", ""); err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf(`
# HELP cattlegrid_build_info What the program was built from; the value is 1.
# TYPE cattlegrid_build_info gauge
cattlegrid_build_info{go_version=%q,revision="unknown",version="v1.2.3"} 1
`, runtime.Version())
	if err := testutil.GatherAndCompare(registry, strings.NewReader(want)); err != nil {
		t.Error(err)
	}
}
