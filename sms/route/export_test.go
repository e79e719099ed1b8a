package route

// Beta is beta.
var Beta = beta
