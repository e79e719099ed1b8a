package captcha

import "strconv"

// Format is the encoding of a picture.
type Format int

// The formats that [Painter.Draw] writes.
const (
	PNG  Format = iota // small, exact, the default
	JPEG               // for pages that insist on it
)

// MediaType returns the format's media type, for a Content-Type header.
func (f Format) MediaType() string {
	switch f {
	case PNG:
		return "image/png"
	case JPEG:
		return "image/jpeg"
	default:
		return "application/octet-stream"
	}
}

// String returns the format's name in lower case, which is also the usual
// ending of a file name.
func (f Format) String() string {
	switch f {
	case PNG:
		return "png"
	case JPEG:
		return "jpeg"
	default:
		return "Format(" + strconv.Itoa(int(f)) + ")"
	}
}
