package yuntongxun

// What the golden vectors are about.
var (
	Timestamp     = timestamp
	Signature     = signature
	Authorization = authorization
)
