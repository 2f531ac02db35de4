package decode

import (
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// quotaCustom names the decoders of quotas.
func quotaCustom(name string) custom {
	if name == "quotaCommand" {
		return quotaCommand
	}
	return nil
}

// quotaCommand decodes a command and a type of quota, which share a word.
func quotaCommand(x *context, w uint64) value.Value {
	return x.a.Macro("QCMD",
		x.a.Flags(w>>8, 4, uapi.QuotaCommands.For(x.abi)),
		x.a.Flags(w&0xff, 4, uapi.QuotaTypes.For(x.abi)))
}
