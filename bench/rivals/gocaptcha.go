package rivals

import (
	"fmt"
	"io"
	"path/filepath"
	"reflect"
	"runtime"
	"sync"

	"github.com/lifei6671/gocaptcha"
)

const gocaptchaModule = "github.com/lifei6671/gocaptcha"

// gocaptchaDraw draws what the module's manual shows first.
type gocaptchaDraw struct {
	size Size
}

// loadGocaptchaFonts loads the fonts beside the module's source, once: its only
// font family is a global one. The binary has to be built without -trimpath.
var loadGocaptchaFonts = sync.OnceValue(func() error {
	source, _ := runtime.FuncForPC(reflect.ValueOf(gocaptcha.New).Pointer()).FileLine(0)
	if err := gocaptcha.SetFontPath(filepath.Join(filepath.Dir(source), "fonts")); err != nil {
		return fmt.Errorf("load the fonts of the module; is this built with -trimpath?: %w", err)
	}
	return nil
})

func newGocaptcha(s Size) (Generator, error) {
	if err := loadGocaptchaFonts(); err != nil {
		return nil, err
	}
	return &gocaptchaDraw{size: s}, nil
}

func (*gocaptchaDraw) Name() string { return "gocaptcha" }

func (g *gocaptchaDraw) Draw(w io.Writer) (string, error) {
	answer := gocaptcha.RandText(g.size.Length)
	picture := gocaptcha.New(g.size.Width, g.size.Height, gocaptcha.RandLightColor()).
		DrawBorder(gocaptcha.RandDeepColor()).
		DrawNoise(gocaptcha.NoiseDensityHigh, gocaptcha.NewTextNoiseDrawer(gocaptcha.DefaultDPI)).
		DrawNoise(gocaptcha.NoiseDensityLower, gocaptcha.NewPointNoiseDrawer()).
		DrawLine(gocaptcha.NewBezier3DLine(), gocaptcha.RandDeepColor()).
		DrawText(gocaptcha.NewTwistTextDrawer(gocaptcha.DefaultDPI, gocaptcha.DefaultAmplitude, gocaptcha.DefaultFrequency), answer).
		DrawLine(gocaptcha.NewBeeline(), gocaptcha.RandDeepColor()).
		DrawBlur(gocaptcha.NewGaussianBlur(), gocaptcha.DefaultBlurKernelSize, gocaptcha.DefaultBlurSigma)
	if picture.Error != nil {
		return "", fmt.Errorf("draw: %w", picture.Error)
	}
	if err := picture.Encode(w, gocaptcha.ImageFormatJpeg); err != nil {
		return "", fmt.Errorf("write: %w", err)
	}
	return answer, nil
}
