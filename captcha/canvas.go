package captcha

import (
	"bytes"
	"image"
	"image/draw"
	"math/rand/v2"

	"github.com/klauspost/compress/zlib"
	"golang.org/x/image/vector"
)

// canvas holds all that one picture needs while it is made, kept for the next.
type canvas struct {
	points []point
	ends   []int
	raster vector.Rasterizer
	ink    *image.Alpha // how much ink lies on each pixel
	rgba   *image.RGBA  // for JPEG; made when first needed
	pixels []byte       // rows of a PNG
	out    bytes.Buffer
	zip    *zlib.Writer
}

func newCanvas(width, height int) *canvas {
	return &canvas{ink: image.NewAlpha(image.Rect(0, 0, width, height))}
}

// compose sets the outlines of a whole picture: word, ribbon, wave, fit.
func (c *canvas) compose(answer string, fonts []font, rng *rand.Rand) {
	c.points, c.ends = c.points[:0], c.ends[:0]
	width := c.write(answer, fonts, rng)
	c.ribbon(width, rng)
	c.wave(rng)
	c.fit(rng)
}

// paint rasterises the outlines in one pass. Where two polygons of the same
// direction overlap there is ink; where the ribbon, which has the other
// direction, crosses a letter they cancel out.
func (c *canvas) paint() {
	size := c.ink.Rect.Size()
	c.raster.Reset(size.X, size.Y)
	c.raster.DrawOp = draw.Src
	start := 0
	for _, end := range c.ends {
		c.raster.MoveTo(c.points[start].x, c.points[start].y)
		for _, p := range c.points[start+1 : end] {
			c.raster.LineTo(p.x, p.y)
		}
		c.raster.ClosePath()
		start = end
	}
	c.raster.Draw(c.ink, c.ink.Rect, image.Opaque, image.Point{})
}
