package decode

import (
	"github.com/trapline/trapline/uapi"
)

// atCWD is AT_FDCWD, the descriptor that stands for the current directory.
const atCWD = -100

var currentDir = &uapi.Set{Name: "directory", Consts: []uapi.Const{{Name: "AT_FDCWD", Value: 0xffffff9c}}}

// fileCustom names the decoders of files and descriptors.
func fileCustom(name string) custom {
	return nil
}
