package image

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/ulikunitz/xz/lzma"
)

// miniDebug is the ELF file in .gnu_debugdata: the symbols that a distribution leaves in
// a stripped program, compressed with xz.
func (f *File) miniDebug() (*File, error) {
	raw, _, err := f.Section(".gnu_debugdata")
	if err != nil {
		return nil, err
	}
	data, err := unxz(raw)
	if err != nil {
		return nil, f.errorf(".gnu_debugdata: %w", err)
	}
	return NewFile(f.Name+"(.gnu_debugdata)", bytes.NewReader(data))
}

// Limits of an xz block: the largest window that xz has a preset for, and the smallest
// that its decoder takes.
const (
	maxWindow = 64 << 20
	minWindow = 4 << 10
)

var errXZ = errors.New("damaged xz data")

// unxz decompresses the first stream of xz data. The container is read here because the
// library makes room for whatever window, up to 4 GiB, a block asks for; its checksums are
// not checked.
func unxz(raw []byte) ([]byte, error) {
	const header = 12
	if len(raw) < header || string(raw[:6]) != "\xfd7zXZ\x00" {
		return nil, errXZ
	}
	check := checkSize(raw[7])
	limit := int64(len(raw)*maxExpansion + minExpanded)
	r := bytes.NewReader(raw[header:])
	var data bytes.Buffer
	for {
		window, err := xzBlock(r)
		if err != nil || window == 0 {
			return data.Bytes(), err
		}
		room := limit - int64(data.Len())
		block, err := lzma.Reader2Config{DictCap: int(max(minWindow, min(window, room)))}.NewReader2(r)
		if err != nil {
			return nil, err
		}
		n, err := io.Copy(&data, io.LimitReader(block, room+1))
		if err != nil {
			return nil, err
		}
		if n > room {
			return nil, errors.New("too large when decompressed")
		}
		padding := -(r.Size() - int64(r.Len())) & 3
		r.Seek(padding+check, io.SeekCurrent)
	}
}

// checkSize is the size of a block's checksum, by the stream's flags.
func checkSize(flags byte) int64 {
	if flags &= 0xf; flags > 0 {
		return 4 << ((flags - 1) / 3)
	}
	return 0
}

// xzBlock reads a block's header and returns the size of the window that it asks for,
// zero at the end of the blocks.
func xzBlock(r *bytes.Reader) (window int64, err error) {
	words, err := r.ReadByte()
	if err != nil || words == 0 {
		return 0, err
	}
	rest := make([]byte, int(words)*4+3)
	if _, err := io.ReadFull(r, rest); err != nil {
		return 0, err
	}
	h := bytes.NewReader(rest)
	flags, _ := h.ReadByte()
	for sizes := flags >> 6; sizes > 0; sizes &= sizes - 1 {
		binary.ReadUvarint(h)
	}
	var filter [3]byte // its id, the size of its properties, the window
	io.ReadFull(h, filter[:])
	if flags&3 != 0 || filter[0] != 0x21 || filter[1] != 1 {
		return 0, fmt.Errorf("%w: a filter other than LZMA2", errXZ)
	}
	window, err = lzma.DecodeDictCap(filter[2])
	if err == nil && window > maxWindow {
		err = fmt.Errorf("%w: a window of %d bytes", errXZ, window)
	}
	return window, err
}
