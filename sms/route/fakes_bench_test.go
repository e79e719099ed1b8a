package route_test

import (
	"fmt"
	"net/http/httptest"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/aliyun"
	providers "github.com/cattlegrid/cattlegrid/sms/fake"
	"github.com/cattlegrid/cattlegrid/sms/route"
	"github.com/cattlegrid/cattlegrid/sms/template"
	"github.com/cattlegrid/cattlegrid/sms/tencent"
)

// A route of two providers over real HTTP, which check every signature and take 25 ms, with 64 messages under way at each. The
// first one is busy now and then. Providers, senders and route share the machine.
func BenchmarkFakes(b *testing.B) {
	late := func(failing int) providers.Behaviour {
		var n atomic.Int64
		return func(providers.Message) providers.Outcome {
			<-time.After(25 * time.Millisecond)
			if failing > 0 && n.Add(1)%int64(failing) == 0 {
				return providers.Busy
			}
			return providers.Take
		}
	}
	first := httptest.NewServer(providers.NewServer(providers.Aliyun{AccessKeyID: "id", AccessKeySecret: "secret"}, late(20)))
	defer first.Close()
	second := httptest.NewServer(providers.NewServer(providers.Tencent{SecretID: "id", SecretKey: "secret", AppID: "1400006666"}, late(0)))
	defer second.Close()
	a, err := aliyun.New(aliyun.Config{
		AccessKeyID: "id", AccessKeySecret: "secret", Signature: "示例网", Endpoint: first.URL,
		Templates: template.Table{{ID: "SMS_1", Variables: []string{"code"}}},
	}, nil)
	if err != nil {
		b.Fatal(err)
	}
	t, err := tencent.New(tencent.Config{
		SecretID: "id", SecretKey: "secret", AppID: "1400006666", Signature: "示例网", Endpoint: second.URL,
		Templates: template.Table{{ID: "1", Variables: []string{"code"}}},
	}, nil)
	if err != nil {
		b.Fatal(err)
	}
	r, err := route.New(route.Options{Links: []route.Link{{Name: "aliyun", Sender: a}, {Name: "tencent", Sender: t}}})
	if err != nil {
		b.Fatal(err)
	}
	var numbers, failed atomic.Int64
	b.SetParallelism(112 / runtime.GOMAXPROCS(0)) // less than both have room for, so that a second try finds some
	begun := time.Now()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			n := numbers.Add(1)
			to, err := cattlegrid.ParseE164(fmt.Sprintf("+86138%08d", n))
			if err != nil {
				b.Error(err)
				return
			}
			m := cattlegrid.Message{ID: fmt.Sprintf("M%d", n), To: to, Country: "CN", Code: "482915", Purpose: "login", Lang: "zh", Lifetime: 5 * time.Minute}
			if _, err := r.Send(b.Context(), m); err != nil {
				failed.Add(1)
			}
		}
	})
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	b.ReportMetric(float64(b.N)/time.Since(begun).Seconds(), "sends/s")
	b.ReportMetric(100*float64(failed.Load())/float64(b.N), "%failed")
	b.ReportMetric(float64(memory.HeapInuse)/(1<<20), "heap-MiB")
}
