package image

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"os"
	"slices"
)

// A kept is a section in a Store: its content, and a checksum of each block of that. So what is
// cut off or damaged is as good as not there.
type kept struct {
	f    *os.File
	size uint64 // of the content
	sums []byte
}

const (
	blockSize = 1 << 14
	sumSize   = 4
)

var (
	castagnoli = crc32.MakeTable(crc32.Castagnoli)
	errDamaged = errors.New("the section that was kept is damaged")
)

// sums are the checksums of a content.
func sums(data []byte) (all []byte) {
	for block := range slices.Chunk(data, blockSize) {
		all = binary.LittleEndian.AppendUint32(all, crc32.Checksum(block, castagnoli))
	}
	return all
}

// newKept returns the section of that size that a file has; nil if it has none.
func newKept(f *os.File, size uint64) *kept {
	k := &kept{f, size, make([]byte, (size+blockSize-1)/blockSize*sumSize)}
	if _, err := f.ReadAt(k.sums, int64(size)); err != nil {
		return nil
	}
	return k
}

// ReadAt implements io.ReaderAt for what is in the section. It fills p or returns an error.
func (k *kept) ReadAt(p []byte, off int64) (int, error) {
	start := off &^ (blockSize - 1)
	end := min((off+int64(len(p))+blockSize-1)&^(blockSize-1), int64(k.size))
	data := p
	if int(end-start) > len(p) {
		data = make([]byte, end-start)
	}
	if _, err := k.f.ReadAt(data, start); err != nil {
		return 0, err
	}
	if !bytes.HasPrefix(k.sums[start/blockSize*sumSize:], sums(data)) {
		return 0, errDamaged
	}
	if len(data) > len(p) {
		copy(p, data[off-start:])
	}
	return len(p), nil
}
