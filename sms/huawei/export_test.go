package huawei

// What the golden vectors are about.
var Signature = signature
