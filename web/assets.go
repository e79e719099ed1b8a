package web

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"io/fs"
	"sync"
)

//go:embed static/css static/icons static/js static/locales
var static embed.FS

// tags maps each asset's name to its entity tag. Embedded files never change, so they are hashed once.
var tags = sync.OnceValue(func() map[string]string {
	assets := Assets()
	tags := make(map[string]string)
	err := fs.WalkDir(assets, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(assets, name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(content)
		tags[name] = `"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`
		return nil
	})
	if err != nil {
		panic("web: hash assets: " + err.Error()) // Reading an embedded file cannot fail.
	}
	return tags
})

// Assets holds the files served under /assets/: css/, icons/, js/ and locales/. It is safe for concurrent use.
func Assets() fs.FS {
	assets, err := fs.Sub(static, "static")
	if err != nil {
		panic("web: open assets: " + err.Error()) // "static" is a valid path, which is all that Sub checks.
	}
	return assets
}

// ETag returns the strong entity tag of one asset, quotes included, or "" when there is no such file. The name is
// relative to [Assets], such as "js/main.js". The tag depends on the content only, so replicas agree on it.
func ETag(name string) string {
	return tags()[name]
}
