package load

// StretchOf is for tests.
var StretchOf = stretchOf
