package vonage

// What the golden vectors are about.
var ReadToken = readToken
