package strace

import (
	"strconv"

	"github.com/trapline/trapline/value"
)

// appendNumber appends bits, which are size bytes wide, in the form.
func appendNumber(dst []byte, bits uint64, size uint8, form value.Form) []byte {
	bits = value.Truncate(bits, size)
	switch form {
	case value.Unsigned:
		return strconv.AppendUint(dst, bits, 10)
	case value.Hex:
		return appendHex(dst, bits)
	case value.Octal:
		return appendOctal(dst, bits, 1)
	case value.OctalMin:
		return appendOctal(dst, bits, 3)
	case value.Address:
		return appendAddr(dst, bits)
	case value.HexFull:
		return appendPadded(append(dst, "0x"...), bits, 16, 2*int(size))
	case value.HexAlt:
		return appendHexAlt(dst, bits, 2*int(size))
	case value.Char:
		return value.AppendChar(dst, byte(bits))
	case value.Kibi:
		return appendKibi(dst, bits)
	}
	return strconv.AppendInt(dst, value.Extend(bits, size), 10)
}

// appendDecimal appends a number that is no value of the tracee.
func appendDecimal(dst []byte, v uint64) []byte { return strconv.AppendUint(dst, v, 10) }

// appendHex appends 0x1f; zero is 0.
func appendHex(dst []byte, v uint64) []byte {
	if v == 0 {
		return append(dst, '0')
	}
	return strconv.AppendUint(append(dst, "0x"...), v, 16)
}

// appendHexAlt appends v in width characters, which include a leading 0x unless v
// is zero.
func appendHexAlt(dst []byte, v uint64, width int) []byte {
	if v == 0 {
		return appendPadded(dst, 0, 16, width)
	}
	return appendPadded(append(dst, "0x"...), v, 16, width-2)
}

// appendKibi appends a size: 8192*1024.
func appendKibi(dst []byte, v uint64) []byte {
	if v > 1024 && v%1024 == 0 {
		return append(strconv.AppendUint(dst, v/1024, 10), "*1024"...)
	}
	return strconv.AppendUint(dst, v, 10)
}

// appendAddr appends an address; zero is NULL.
func appendAddr(dst []byte, v uint64) []byte {
	if v == 0 {
		return append(dst, "NULL"...)
	}
	return appendHex(dst, v)
}

// appendOctal appends at least digits digits, the first of which is 0.
func appendOctal(dst []byte, v uint64, digits int) []byte {
	if v == 0 {
		return appendPadded(dst, 0, 8, digits)
	}
	return appendPadded(append(dst, '0'), v, 8, digits-1)
}

// appendPadded appends v with leading zeros up to width.
func appendPadded(dst []byte, v uint64, base, width int) []byte {
	var digits [64]byte
	text := strconv.AppendUint(digits[:0], v, base)
	for range width - len(text) {
		dst = append(dst, '0')
	}
	return append(dst, text...)
}

// appendColumn appends text right-aligned in width.
func appendColumn(dst []byte, text []byte, width int) []byte {
	for range width - len(text) {
		dst = append(dst, ' ')
	}
	return append(dst, text...)
}
