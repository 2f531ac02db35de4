package decode

import (
	"strconv"
	"time"

	"github.com/trapline/trapline/value"
)

// What fraction of a second a time counts.
const (
	second = 1
	micro  = 1_000_000
	nano   = 1_000_000_000
)

// The first and the last second whose year fits an int, as C has it.
const (
	firstDate = -67768040609740800
	lastDate  = 67768036191676799
)

// stamp adds to v the date and time that sec and frac say, as far as they do.
func (x *context) stamp(v value.Value, sec int64, frac, unit uint64) value.Value {
	if sec < firstDate || sec > lastDate || frac >= unit || sec == 0 && frac == 0 {
		return v
	}
	t := time.Unix(sec, 0)
	b := t.AppendFormat(x.a.Bytes(48), "2006-01-02T15:04:05")
	if frac != 0 {
		b = appendFraction(b, frac, unit)
	}
	b = t.AppendFormat(b, "-0700")
	return x.a.Note(v, text(b))
}

// appendFraction appends "." and as many digits as unit has zeros.
func appendFraction(dst []byte, frac, unit uint64) []byte {
	start := len(dst)
	dst = strconv.AppendUint(dst, unit+frac, 10)
	dst[start] = '.'
	return dst
}
