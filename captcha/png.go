package captcha

import (
	"encoding/binary"
	"hash/crc32"
	"image/color"
)

// appendPNGHead appends all of a PNG that comes before its pixels.
func appendPNGHead(b []byte, width, height int, palette *[levels]color.RGBA) []byte {
	b = append(b, "\x89PNG\r\n\x1a\n"...)
	var header [13]byte
	binary.BigEndian.PutUint32(header[0:], uint32(width))  //nolint:gosec // at most maxWidth
	binary.BigEndian.PutUint32(header[4:], uint32(height)) //nolint:gosec // at most maxHeight
	header[8] = levelBits
	header[9] = 3 // paletted
	b = appendChunk(b, "IHDR", header[:])

	var colours [3 * levels]byte
	for i, c := range palette {
		colours[3*i], colours[3*i+1], colours[3*i+2] = c.R, c.G, c.B
	}
	return appendChunk(b, "PLTE", colours[:])
}

// png encodes the rows of the canvas.
func (c *canvas) png(head []byte, zip *zipper) []byte {
	c.tokens = appendTokens(c.tokens[:0], c.rows, zip.stride)
	c.out = append(c.out[:0], head...)
	start := len(c.out)
	c.out = append(c.out, "\x00\x00\x00\x00IDAT"...)
	c.out = zip.append(c.out, c.tokens, c.rows)
	c.out = closeChunk(c.out, start)
	return appendChunk(c.out, "IEND", nil)
}

// appendChunk appends a chunk of a PNG: length, kind, data, checksum.
func appendChunk(b []byte, kind string, data []byte) []byte {
	start := len(b)
	b = append(b, 0, 0, 0, 0)
	b = append(b, kind...)
	return closeChunk(append(b, data...), start)
}

// closeChunk fills in the length of the chunk that starts there, and appends its
// checksum.
func closeChunk(b []byte, start int) []byte {
	binary.BigEndian.PutUint32(b[start:], uint32(len(b)-start-8)) //nolint:gosec // a picture is small
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[start+4:]))
}
