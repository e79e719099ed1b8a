package captcha

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image/color"

	"github.com/klauspost/compress/zlib"
)

// png encodes the canvas with the palette, two pixels to a byte.
func (c *canvas) png(palette *[levels]color.RGBA) ([]byte, error) {
	c.pack()
	if err := c.deflate(); err != nil {
		return nil, fmt.Errorf("encode png: %w", err)
	}
	size := c.ink.Rect.Size()
	const frame = 8 + (12 + 13) + (12 + 3*levels) + 12 + 12
	b := make([]byte, 0, frame+c.out.Len())
	b = append(b, "\x89PNG\r\n\x1a\n"...)

	var header [13]byte
	binary.BigEndian.PutUint32(header[0:], uint32(size.X)) //nolint:gosec // at most maxWidth
	binary.BigEndian.PutUint32(header[4:], uint32(size.Y)) //nolint:gosec // at most maxHeight
	header[8] = 4                                          // bits a pixel
	header[9] = 3                                          // paletted
	b = appendChunk(b, "IHDR", header[:])

	var colours [3 * levels]byte
	for i, c := range palette {
		colours[3*i], colours[3*i+1], colours[3*i+2] = c.R, c.G, c.B
	}
	b = appendChunk(b, "PLTE", colours[:])
	b = appendChunk(b, "IDAT", c.out.Bytes())
	return appendChunk(b, "IEND", nil), nil
}

// pack rounds ink to levels, row by row, each row behind a zero that says it is
// not filtered.
func (c *canvas) pack() {
	size := c.ink.Rect.Size()
	c.pixels = c.pixels[:0]
	for y := range size.Y {
		row := c.ink.Pix[y*c.ink.Stride:][:size.X]
		c.pixels = append(c.pixels, 0)
		for ; len(row) >= 2; row = row[2:] {
			c.pixels = append(c.pixels, level(row[0])<<4|level(row[1]))
		}
		if len(row) == 1 {
			c.pixels = append(c.pixels, level(row[0])<<4)
		}
	}
}

func (c *canvas) deflate() error {
	c.out.Reset()
	if c.zip == nil {
		zip, err := zlib.NewWriterLevel(&c.out, zlib.BestSpeed)
		if err != nil {
			return err
		}
		c.zip = zip
	} else {
		c.zip.Reset(&c.out)
	}
	if _, err := c.zip.Write(c.pixels); err != nil {
		return err
	}
	return c.zip.Close()
}

// appendChunk appends a chunk of a PNG: length, kind, data, checksum.
func appendChunk(b []byte, kind string, data []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(data))) //nolint:gosec // a picture is small
	start := len(b)
	b = append(b, kind...)
	b = append(b, data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[start:]))
}
