package captcha

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
)

// jpegQuality keeps edges clean at a few kilobytes.
const jpegQuality = 75

// jpeg encodes the rows of the canvas in the palette's colours.
func (c *canvas) jpeg(palette *[levels]color.RGBA) ([]byte, error) {
	width, height := c.raster.width, c.raster.height
	if c.rgba == nil {
		c.rgba = image.NewRGBA(image.Rect(0, 0, width, height))
	}
	stride := rowBytes(width)
	for i := range width * height {
		x, y := i%width, i/width
		packed := c.rows[y*stride+1+x/pixelsPerByte]
		colour := palette[packed>>(8-levelBits-levelBits*(x%pixelsPerByte))&(levels-1)]
		pixel := c.rgba.Pix[4*i:][:4]
		pixel[0], pixel[1], pixel[2], pixel[3] = colour.R, colour.G, colour.B, colour.A
	}
	c.buffer.Reset()
	if err := jpeg.Encode(&c.buffer, c.rgba, &jpeg.Options{Quality: jpegQuality}); err != nil {
		return nil, fmt.Errorf("encode jpeg: %w", err)
	}
	return bytes.Clone(c.buffer.Bytes()), nil
}
