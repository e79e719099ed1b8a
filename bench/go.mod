module github.com/cattlegrid/cattlegrid/bench

go 1.26.0

replace github.com/cattlegrid/cattlegrid => ../

require (
	github.com/cattlegrid/cattlegrid v0.0.0
	github.com/dchest/captcha v1.1.0
	github.com/google/go-cmp v0.7.0
	github.com/lifei6671/gocaptcha v1.0.3
	github.com/mojocn/base64Captcha v1.3.8
	github.com/redis/rueidis v1.0.79
	github.com/steambap/captcha v1.4.1
)

require (
	github.com/HdrHistogram/hdrhistogram-go v1.4.0 // indirect
	github.com/golang-jwt/jwt/v5 v5.3.1 // indirect
	github.com/golang/freetype v0.0.0-20170609003504-e2365dfdc4a0 // indirect
	go.etcd.io/bbolt v1.5.0 // indirect
	golang.org/x/image v0.47.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
	golang.org/x/text v0.43.0 // indirect
)
