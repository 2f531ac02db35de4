package variable

import (
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// number is a word in n bytes, of which there are no more than a value has.
func number(v uint64, n int64) []byte {
	b := make([]byte, max(min(n, maxValue), 0))
	put(b, v)
	return b
}

// put writes the low bytes of a word, as many as there is room for.
func put(b []byte, v uint64) {
	for i := range min(len(b), 8) {
		b[i] = byte(v >> (8 * i))
	}
}

// signed is the number in b, which has a sign.
func signed(b []byte) int64 {
	shift := 64 - 8*min(len(b), 8)
	return int64(little(b, len(b))<<shift) >> shift
}

// number is an integer, a character or an enumeration's.
func (t *Type) number(b []byte) int64 {
	if t.positive {
		return int64(little(b, len(b)))
	}
	return signed(b)
}

// appendInteger appends a number of any size.
func appendInteger(text, b []byte, sign bool) []byte {
	if len(b) <= 8 && sign {
		return strconv.AppendInt(text, signed(b), 10)
	}
	if len(b) <= 8 {
		return strconv.AppendUint(text, little(b, len(b)), 10)
	}
	size := uint(8 * len(b))
	n := bits(b, 0, size)
	if sign && n.Bit(int(size)-1) != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), size))
	}
	return n.Append(text, 10)
}

// A format is how a floating-point number is written: the sizes of its exponent and of its
// fraction, and whether the bit before the point is written too, as the x87 does.
type format struct {
	exponent, fraction uint
	whole              bool
}

var (
	half      = format{5, 10, false}
	brain     = format{8, 7, false}
	single    = format{8, 23, false}
	double    = format{11, 52, false}
	extended  = format{15, 63, true}
	quadruple = format{15, 112, false}
)

// format is that of the type's numbers, of so many bytes.
func (t *Type) format(size int) (f format, ok bool) {
	switch size {
	case 2:
		if t.brain {
			return brain, true
		}
		return half, true
	case 4:
		return single, true
	case 8:
		return double, true
	case 10, 12, 16:
		if t.quad {
			return quadruple, size == 16
		}
		return extended, true
	}
	return f, false
}

// real is the floating-point number in b, as exactly as a float64 tells.
func (t *Type) real(b []byte) (float64, error) {
	form, ok := t.format(len(b))
	if !ok {
		return 0, errSize
	}
	switch form {
	case single:
		return float64(math.Float32frombits(uint32(little(b, 4)))), nil
	case double:
		return math.Float64frombits(little(b, 8)), nil
	}
	n, special := form.read(b)
	if n == nil {
		return special, nil
	}
	exact, _ := n.Float64()
	return exact, nil
}

// read returns the number in b; nil for an infinity and what is no number, which are special.
func (f format) read(b []byte) (n *big.Float, special float64) {
	digits := f.fraction
	if f.whole {
		digits++
	}
	low := bits(b, 0, digits)
	exponent := int(bits(b, digits, f.exponent).Int64())
	negative := bits(b, digits+f.exponent, 1).Sign() != 0
	most := 1<<f.exponent - 1
	switch {
	case exponent == most && bits(b, 0, f.fraction).Sign() != 0:
		return nil, math.NaN()
	case exponent == most && negative:
		return nil, math.Inf(-1)
	case exponent == most:
		return nil, math.Inf(1)
	case exponent == 0:
		exponent = 1 // and no bit before the point
	case !f.whole:
		low.SetBit(low, int(f.fraction), 1)
	}
	n = new(big.Float).SetPrec(f.fraction + 1).SetInt(low)
	n.SetMantExp(n, exponent-most/2-int(f.fraction))
	if negative {
		n.Neg(n)
	}
	return n, 0
}

// bits are so many bits of a number from one on.
func bits(b []byte, from, count uint) *big.Int {
	high := slices.Clone(b)
	slices.Reverse(high)
	n := new(big.Int).SetBytes(high)
	mask := new(big.Int).Lsh(big.NewInt(1), count)
	return n.And(n.Rsh(n, from), mask.Sub(mask, big.NewInt(1)))
}

// appendReal appends a floating-point number in as few digits as tell it from all others.
func (t *Type) appendReal(text, b []byte) []byte {
	form, ok := t.format(len(b))
	if !ok {
		return appendError(text, errSize)
	}
	if form == single || form == double {
		f, _ := t.real(b)
		return appendFloat(text, f, 8*len(b))
	}
	n, special := form.read(b)
	if n == nil {
		return appendFloat(text, special, 64)
	}
	if f, _ := n.Float64(); plain(f) {
		return n.Append(text, 'f', -1)
	}
	return n.Append(text, 'e', -1)
}

// appendFloat appends a number of so many bits as C writes it.
func appendFloat(text []byte, f float64, bits int) []byte {
	switch {
	case math.IsNaN(f):
		return append(text, "nan"...)
	case math.IsInf(f, 0):
		return append(text, strings.TrimPrefix(strings.ToLower(strconv.FormatFloat(f, 'g', -1, 64)), "+")...)
	case plain(f):
		return strconv.AppendFloat(text, f, 'f', -1, bits)
	}
	return strconv.AppendFloat(text, f, 'e', -1, bits)
}

// plain reports whether a number is easier to read without an exponent.
func plain(f float64) bool {
	f = math.Abs(f)
	return f == 0 || f >= 1e-4 && f < 1e17
}
