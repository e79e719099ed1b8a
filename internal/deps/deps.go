package deps

import (
	_ "github.com/caarlos0/env/v11"
	_ "github.com/chromedp/cdproto"
	_ "github.com/chromedp/chromedp"
	_ "github.com/golang-jwt/jwt/v5"
	_ "github.com/google/go-cmp/cmp"
	_ "github.com/klauspost/compress/flate"
	_ "github.com/nyaruka/phonenumbers"
	_ "github.com/pelletier/go-toml/v2"
	_ "github.com/redis/rueidis"
	_ "github.com/rogpeppe/go-internal/testscript"
	_ "go.etcd.io/bbolt"
	_ "go.uber.org/goleak"
	_ "golang.org/x/image/font/sfnt"
	_ "golang.org/x/image/font/gofont/gobold"
	_ "golang.org/x/image/vector"
	_ "pgregory.net/rapid"
)
