module github.com/cattlegrid/cattlegrid/examples/provider

go 1.26.0

require github.com/cattlegrid/cattlegrid v0.0.0

require (
	github.com/golang-jwt/jwt/v5 v5.3.1 // indirect
	github.com/nyaruka/phonenumbers v1.8.1 // indirect
	golang.org/x/image v0.47.0 // indirect
	golang.org/x/text v0.43.0 // indirect
	google.golang.org/protobuf v1.36.12 // indirect
)

replace github.com/cattlegrid/cattlegrid => ../..
