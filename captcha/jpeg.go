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

// jpeg encodes the canvas in the palette's colours.
func (c *canvas) jpeg(palette *[levels]color.RGBA) ([]byte, error) {
	if c.rgba == nil {
		c.rgba = image.NewRGBA(c.ink.Rect)
	}
	for i, ink := range c.ink.Pix {
		colour := palette[level(ink)]
		pixel := c.rgba.Pix[4*i:][:4]
		pixel[0], pixel[1], pixel[2], pixel[3] = colour.R, colour.G, colour.B, colour.A
	}
	c.out.Reset()
	if err := jpeg.Encode(&c.out, c.rgba, &jpeg.Options{Quality: jpegQuality}); err != nil {
		return nil, fmt.Errorf("encode jpeg: %w", err)
	}
	return bytes.Clone(c.out.Bytes()), nil
}
