package decode

import (
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// notifyCustom names the decoders of descriptors that tell of events.
func notifyCustom(name string) custom {
	switch name {
	case "fanotifyFlags":
		return fanotifyFlags
	case "fanotifyDir":
		return fanotifyDir
	}
	return nil
}

// fanotifyClass is the bits of fanotify_init's flags that are one of several.
const fanotifyClass = 0xc

func fanotifyFlags(x *context, w uint64) value.Value {
	class := x.a.Flags(w&fanotifyClass, 4, uapi.FanotifyClasses)
	if w &^= fanotifyClass; w == 0 {
		return class
	}
	return x.a.Or(class, x.a.Flags(w, 4, uapi.FanotifyFlags))
}

// fanotifyDir decodes a directory that may be none.
func fanotifyDir(x *context, w uint64) value.Value {
	if _, ok := uapi.FanotifyDirs.Find(w); ok {
		return x.special(int32(w), uapi.FanotifyDirs)
	}
	return x.descriptor(int32(w))
}
