package aliyun

// What the golden vectors are about.
var Authorize = authorize
