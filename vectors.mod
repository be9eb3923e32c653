module example.org/muniment

go 1.26.8

// Test vectors, read from the module cache by internal/signature. No package of it is built.
require github.com/c2sp/wycheproof v0.0.0-20260902155932-3fa63dd0344a
