package decode

import (
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

func cryptoFlags(kind uint64) *uapi.Set {
	return flagsByName(uapi.CryptoMessages, kind, "CRYPTO_MSG_NEWALG", "CRYPTO_MSG_DELALG CRYPTO_MSG_DELRNG", "CRYPTO_MSG_GETALG")
}

// cryptoName is an array of CRYPTO_MAX_NAME bytes that holds a name.
const cryptoNameSize = 64

var cryptoName = nameField{}

// nameField is a name in an array of bytes.
type nameField struct{}

func (nameField) decode(x *context, b []byte) value.Value { return x.room(b) }

// cryptoAlgorithm is struct crypto_user_alg.
var cryptoAlgorithm = pieces{
	{"cru_name", cryptoNameSize, cryptoName}, {"cru_driver_name", cryptoNameSize, cryptoName}, {"cru_module_name", cryptoNameSize, cryptoName},
	{"cru_type", 4, nlU32}, {"cru_mask", 4, nlU32}, {"cru_refcnt", 4, nlU32}, {"cru_flags", 4, nlU32},
}

// cryptoBody adds what a message about an algorithm says.
func (x *context) cryptoBody(parts []value.Value, m *netlinkMessage) []value.Value {
	size := cryptoAlgorithm.size()
	if _, ok := uapi.CryptoMessages.Find(m.kind); !ok || len(m.body) < size {
		return append(parts, x.octetString(m.body))
	}
	parts = append(parts, cryptoAlgorithm.decode(x, m.body))
	if rest := m.body[size:]; len(rest) > 0 {
		parts = append(parts, x.attributes(&cryptoAttributes, rest))
	}
	return parts
}

var cryptoAttributes = attributes{names: uapi.CryptoAttributes, holds: []holding{
	{nlU32, "CRYPTOCFGA_PRIORITY_VAL"},
	{pieces{{"type", cryptoNameSize, cryptoName}}, "CRYPTOCFGA_REPORT_LARVAL CRYPTOCFGA_REPORT_AKCIPHER CRYPTOCFGA_REPORT_KPP CRYPTOCFGA_REPORT_COMPRESS CRYPTOCFGA_REPORT_ACOMP"},
	{pieces{{"type", cryptoNameSize, cryptoName}, {"blocksize", 4, nlU32}, {"digestsize", 4, nlU32}}, "CRYPTOCFGA_REPORT_HASH"},
	{pieces{
		{"type", cryptoNameSize, cryptoName}, {"geniv", cryptoNameSize, cryptoName},
		{"blocksize", 4, nlU32}, {"min_keysize", 4, nlU32}, {"max_keysize", 4, nlU32}, {"ivsize", 4, nlU32},
	}, "CRYPTOCFGA_REPORT_BLKCIPHER"},
	{pieces{
		{"type", cryptoNameSize, cryptoName}, {"geniv", cryptoNameSize, cryptoName},
		{"blocksize", 4, nlU32}, {"maxauthsize", 4, nlU32}, {"ivsize", 4, nlU32},
	}, "CRYPTOCFGA_REPORT_AEAD"},
	{pieces{{"type", cryptoNameSize, cryptoName}, {"seedsize", 4, nlU32}}, "CRYPTOCFGA_REPORT_RNG"},
	{pieces{
		{"type", cryptoNameSize, cryptoName}, {"blocksize", 4, nlU32}, {"min_keysize", 4, nlU32}, {"max_keysize", 4, nlU32},
	}, "CRYPTOCFGA_REPORT_CIPHER"},
}}
