package ptrace

import "github.com/trapline/trapline/abi"

var host = abi.AMD64
