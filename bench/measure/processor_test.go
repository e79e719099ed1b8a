package measure

import "testing"

// The model of the CPU is what Linux calls it, without the padding.
func TestModel(t *testing.T) {
	for text, want := range map[string]string{
		"processor\t: 0\nmodel\t\t: 1\nmodel name\t: Some  CPU @ 2.00GHz \n": "Some CPU @ 2.00GHz",
		"processor : 0\nCPU implementer : 0x41\n":                            "a CPU of unknown model",
	} {
		if got := model([]byte(text)); got != want {
			t.Errorf("model(%q) = %q, want %q", text, got, want)
		}
	}
}
