package syscalls

import (
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

var (
	// key is a key's number or one of the special keyrings.
	key     = Bits{Width: 4, Form: value.Signed, Set: uapi.KeySpecs}
	keyType = str

	keyParam     = Param{Name: "key", Type: key}
	keyringParam = Param{Name: "keyring", Type: key}
	keyBuffer    = Param{Name: "buffer", Type: out(Custom{Name: "keyBuffer", Args: []string{"buflen", string(Result)}})}
	keyText      = Param{Name: "buffer", Type: out(Custom{Name: "keyText", Args: []string{"buflen", string(Result)}})}
	keyBuflen    = Param{Name: "buflen", Type: size}

	anyParams = []Param{{Name: "arg2", Type: lhex}, {Name: "arg3", Type: lhex}, {Name: "arg4", Type: lhex}, {Name: "arg5", Type: lhex}}

	keyDH = record("keyctl_dh_params", fields{{Name: "private", Type: key}, {Name: "prime", Type: key}, {Name: "base", Type: key}})
)

// pkeyParams are the parameters of a command that makes something with a key.
func pkeyParams() []Param {
	return pkey("out_len", Param{Name: "out", Type: out(Custom{Name: "keyOperand2", Args: []string{"params"}})})
}

// verifyParams are the parameters of the command that verifies a signature.
func verifyParams() []Param {
	return pkey("in2_len", Param{Name: "in2", Type: in(Custom{Name: "keyOperand2", Args: []string{"params"}})})
}

// keyKDF is how a shared secret becomes a key.
func keyKDF() *Record {
	return record("keyctl_kdf_params", fields{{Name: "hashname", Type: str}, {Name: "otherinfo", Type: Switch{On: "otherinfolen", Cases: map[uint64]Type{0: addr}, Else: in(bytes("otherinfolen"))}}, {Name: "otherinfolen", Type: u32}, {Name: "__spare", Type: list(x32, 8), Spare: true}})
}

// pkey makes the parameters of an operation with a public key: two lengths, then what they
// are the lengths of.
func pkey(second string, last Param) []Param {
	lengths := record("keyctl_pkey_params", fields{{Name: "key_id", Type: key}, {Name: "in_len", Type: u32}, {Name: second, Type: u32}, {Name: "__spare", Type: list(x32, 7), Spare: true}})
	return []Param{{Name: "params", Type: in(lengths)}, {Name: "info", Type: str}, {Name: "in", Type: in(Custom{Name: "keyOperand", Args: []string{"params"}})}, last}
}

// pkeyQuery is struct keyctl_pkey_query.
func pkeyQuery() *Record {
	return record("keyctl_pkey_query", fields{
		{Name: "supported_ops", Type: flags(uapi.KeySupports)}, {Name: "key_size", Type: u32}, {Name: "max_data_size", Type: u16}, {Name: "max_sig_size", Type: u16},
		{Name: "max_enc_size", Type: u16}, {Name: "max_dec_size", Type: u16}, {Name: "__spare", Type: list(x32, 10), Spare: true},
	})
}

// keyctlCases are the parameters behind the command.
func keyctlCases() map[uint64][]Param {
	return map[uint64][]Param{
		0:  {keyParam, {Name: "create", Type: num}},
		1:  {{Name: "name", Type: str}},
		2:  {keyParam, {Name: "payload", Type: in(bytes("plen"))}, {Name: "plen", Type: size}},
		3:  {keyParam},
		4:  {keyParam, {Name: "uid", Type: uid}, {Name: "gid", Type: gid}},
		5:  {keyParam, {Name: "perms", Type: flags(uapi.KeyPermissions)}},
		6:  {keyParam, keyText, keyBuflen},
		7:  {keyParam},
		8:  {keyParam, keyringParam},
		9:  {keyParam, keyringParam},
		10: {keyringParam, {Name: "type", Type: str}, {Name: "description", Type: str}, {Name: "dest_keyring", Type: key}},
		11: {keyParam, keyBuffer, keyBuflen},
		12: {keyParam, {Name: "payload", Type: in(bytes("plen"))}, {Name: "plen", Type: size}, keyringParam},
		13: {keyParam, {Name: "timeout", Type: unum}, keyringParam},
		14: {{Name: "reqkey_defl", Type: enum(uapi.KeyRequests)}},
		15: {keyParam, {Name: "timeout", Type: unum}},
		16: {keyParam},
		17: {keyParam, keyText, keyBuflen},
		18: {},
		19: {keyParam, {Name: "timeout", Type: unum}, {Name: "error", Type: Bits{Width: 4, Form: value.Unsigned, Set: uapi.Errnos}}, keyringParam},
		20: {keyParam, {Name: "payload", Type: in(array(iovec, "plen"))}, {Name: "plen", Type: size}, keyringParam},
		21: {keyParam},
		22: {{Name: "uid", Type: uid}, keyringParam},
		23: {{Name: "dh_params", Type: in(keyDH)}, keyBuffer, keyBuflen, {Name: "kdf_params", Type: in(keyKDF())}},
		24: {keyParam, {Name: "reserved", Type: lhex}, {Name: "params", Type: str}, {Name: "info", Type: out(pkeyQuery())}},
		25: pkeyParams(),
		26: pkeyParams(),
		27: pkeyParams(),
		28: verifyParams(),
		29: {keyringParam, {Name: "type", Type: str}, {Name: "restriction", Type: str}},
		30: {keyParam, {Name: "from_keyring", Type: key}, {Name: "to_keyring", Type: key}, {Name: "flags", Type: flags(uapi.KeyMoveFlags)}},
		31: {{Name: "buffer", Type: out(Custom{Name: "keyCapabilities", Args: []string{"buflen", string(Result)}})}, keyBuflen},
	}
}

var keyCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "add_key", Ret: key, Params: params{{Name: "type", Type: keyType}, {Name: "description", Type: str}, {Name: "payload", Type: in(bytes("plen"))}, {Name: "plen", Type: size}, {Name: "keyring", Type: key}}},
		{Name: "request_key", Ret: key, Params: params{{Name: "type", Type: keyType}, {Name: "description", Type: str}, {Name: "callout_info", Type: str}, {Name: "dest_keyring", Type: key}}},
		{Name: "keyctl", Ret: long, Params: params{{Name: "operation", Type: enum(uapi.KeyctlCommands)}, {Type: &Rest{On: "operation", Cases: keyctlCases(), Else: anyParams}}}},
	}
})
