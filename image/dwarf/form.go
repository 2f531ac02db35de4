package dwarf

// A form is how a value of an attribute is written: DW_FORM_*.
type form uint16

const (
	formAddr          form = 0x01
	formBlock2        form = 0x03
	formBlock4        form = 0x04
	formData2         form = 0x05
	formData4         form = 0x06
	formData8         form = 0x07
	formString        form = 0x08
	formBlock         form = 0x09
	formBlock1        form = 0x0a
	formData1         form = 0x0b
	formFlag          form = 0x0c
	formSdata         form = 0x0d
	formStrp          form = 0x0e
	formUdata         form = 0x0f
	formRefAddr       form = 0x10
	formRef1          form = 0x11
	formRef2          form = 0x12
	formRef4          form = 0x13
	formRef8          form = 0x14
	formRefUdata      form = 0x15
	formIndirect      form = 0x16
	formSecOffset     form = 0x17
	formExprloc       form = 0x18
	formFlagPresent   form = 0x19
	formStrx          form = 0x1a
	formAddrx         form = 0x1b
	formRefSup4       form = 0x1c
	formStrpSup       form = 0x1d
	formData16        form = 0x1e
	formLineStrp      form = 0x1f
	formRefSig8       form = 0x20
	formImplicitConst form = 0x21
	formLoclistx      form = 0x22
	formRnglistx      form = 0x23
	formRefSup8       form = 0x24
	formStrx1         form = 0x25
	formStrx2         form = 0x26
	formStrx3         form = 0x27
	formStrx4         form = 0x28
	formAddrx1        form = 0x29
	formAddrx2        form = 0x2a
	formAddrx3        form = 0x2b
	formAddrx4        form = 0x2c
	formGNUAddrIndex  form = 0x1f01
	formGNUStrIndex   form = 0x1f02
	formGNURefAlt     form = 0x1f20
	formGNUStrpAlt    form = 0x1f21
)

// A shape is what the size of a value depends on besides its form.
type shape struct {
	addrSize uint8
	wide     bool
	old      bool // DWARF 2: a reference to another unit is as large as an address
}

func (s shape) offsetSize() int {
	if s.wide {
		return 8
	}
	return 4
}

// size is the size of a form's values; negative if each has its own.
func (s shape) size(f form) int {
	switch f {
	case formAddr:
		return int(s.addrSize)
	case formStrp, formLineStrp, formSecOffset, formStrpSup, formGNURefAlt, formGNUStrpAlt:
		return s.offsetSize()
	case formRefAddr:
		if s.old {
			return int(s.addrSize)
		}
		return s.offsetSize()
	case formFlagPresent, formImplicitConst:
		return 0
	case formData1, formFlag, formRef1, formStrx1, formAddrx1:
		return 1
	case formData2, formRef2, formStrx2, formAddrx2:
		return 2
	case formStrx3, formAddrx3:
		return 3
	case formData4, formRef4, formRefSup4, formStrx4, formAddrx4:
		return 4
	case formData8, formRef8, formRefSig8, formRefSup8:
		return 8
	case formData16:
		return 16
	}
	return -1
}

// A value is an attribute's: a number, or a string or bytes that are in place.
type value struct {
	form form
	n    uint64
	text []byte
}

// value reads the value of a field.
func (c *cursor) value(f *field, s shape) value {
	switch f.size {
	case 0:
		return value{form: f.form, n: uint64(f.implicit)}
	case 1, 2, 3, 4, 8:
		return value{form: f.form, n: c.word(f.size)}
	}
	return c.read(f.form, s)
}

// read reads a value.
func (c *cursor) read(f form, s shape) value {
	if f == formIndirect {
		f = form(c.uleb())
	}
	v := value{form: f}
	switch f {
	case formString:
		v.text = c.text()
	case formBlock, formExprloc:
		v.text = c.take(c.uleb())
	case formBlock1:
		v.text = c.take(uint64(c.u8()))
	case formBlock2:
		v.text = c.take(uint64(c.u16()))
	case formBlock4:
		v.text = c.take(uint64(c.u32()))
	case formSdata:
		v.n = uint64(c.sleb())
	case formUdata, formRefUdata, formStrx, formAddrx, formLoclistx, formRnglistx, formGNUAddrIndex, formGNUStrIndex:
		v.n = c.uleb()
	case formData16:
		v.text = c.take(16)
	case formFlagPresent:
		v.n = 1
	default:
		c.fixed(&v, s)
	}
	return v
}

// fixed reads a value whose size the form tells.
func (c *cursor) fixed(v *value, s shape) {
	switch n := s.size(v.form); n {
	case -1:
		c.bad = true
	case 4:
		v.n = uint64(c.u32())
	default:
		v.n = c.word(n)
	}
}

// isBlock reports whether a value is bytes: an expression, or a constant.
func (v *value) isBlock() bool {
	switch v.form {
	case formBlock, formBlock1, formBlock2, formBlock4, formExprloc:
		return true
	}
	return false
}

// isNumber reports whether a value is a number by itself.
func (v *value) isNumber() bool {
	switch v.form {
	case formData1, formData2, formData4, formData8, formSdata, formUdata, formImplicitConst, formFlag, formFlagPresent:
		return true
	}
	return false
}
