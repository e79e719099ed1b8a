package httpapi

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"time"

	"github.com/cattlegrid/cattlegrid/web"
)

// mediaTypes are those of the page's files. The operating system's table may say otherwise, and nosniff makes browsers
// refuse a script with a wrong one.
var mediaTypes = map[string]string{
	".css":   "text/css; charset=utf-8",
	".ico":   "image/vnd.microsoft.icon",
	".js":    "text/javascript; charset=utf-8",
	".json":  "application/json",
	".png":   "image/png",
	".svg":   "image/svg+xml",
	".woff2": "font/woff2",
}

// asset serves one of the page's files. Their names carry no version, so browsers ask each time whether the tag is still
// the same.
func (a *api) asset(x *exchange) error {
	name := x.r.PathValue("name")
	tag, mediaType := web.ETag(name), mediaTypes[path.Ext(name)]
	if tag == "" || mediaType == "" {
		return errNotFound
	}
	content, err := fs.ReadFile(web.Assets(), name)
	if err != nil {
		return fmt.Errorf("read an asset: %w", err)
	}
	header := x.Header()
	header.Set("Cache-Control", "no-cache")
	header.Set("Content-Type", mediaType)
	header.Set("ETag", tag)
	http.ServeContent(x, x.r, name, time.Time{}, bytes.NewReader(content))
	return nil
}
