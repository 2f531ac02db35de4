package syscalls

import (
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

var (
	prot       = flagsOf(Long, uapi.MmapProt)
	advice     = enum(uapi.Advice)
	mapFlags   = custom("mapFlags")
	mempolicy  = customOf(4, "mempolicy")
	nodemask   = Custom{Name: "nodemask", Args: []string{"maxnode"}}
	remoteIovs = in(Array{Elem: remoteIov, Len: "riovcnt"})

	// remoteIov is a struct iovec whose memory is not looked at.
	remoteIov = record("iovec", fields{{Name: "iov_base", Type: addr}, {Name: "iov_len", Type: size}})
)

var memoryCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "brk", Class: Memory, Ret: address, Params: params{{Name: "addr", Type: addr}}},
		{Name: "mmap", Class: Desc | Memory, Ret: address, Params: params{{Name: "addr", Type: addr}, {Name: "length", Type: size}, {Name: "prot", Type: prot}, {Name: "flags", Type: mapFlags}, {Name: "fd", Type: fd}, {Name: "offset", Type: Bits{Width: KernelLong, Form: value.Hex}}}},
		{Name: "mmap2", Class: Desc | Memory, Ret: address, Params: params{{Name: "addr", Type: addr}, {Name: "length", Type: size}, {Name: "prot", Type: prot}, {Name: "flags", Type: mapFlags}, {Name: "fd", Type: fd}, {Name: "offset", Type: custom("pageOffset")}}},
		{Name: "munmap", Class: Memory, Ret: zero, Params: params{{Name: "addr", Type: addr}, {Name: "length", Type: size}}},
		{Name: "mprotect", Class: Memory, Ret: zero, Params: params{{Name: "addr", Type: addr}, {Name: "length", Type: size}, {Name: "prot", Type: prot}}},
		{Name: "pkey_mprotect", Class: Memory, Ret: zero, Params: params{{Name: "addr", Type: addr}, {Name: "length", Type: size}, {Name: "prot", Type: prot}, {Name: "pkey", Type: num}}},
		{Name: "pkey_alloc", Ret: num, Params: params{{Name: "flags", Type: lhex}, {Name: "access_rights", Type: flagsOf(Long, uapi.PkeyRights)}}},
		{Name: "pkey_free", Ret: zero, Params: params{{Name: "pkey", Type: num}}},
		{Name: "mremap", Class: Memory, Ret: address, Params: params{{Name: "old_address", Type: addr}, {Name: "old_size", Type: size}, {Name: "new_size", Type: size}, {Name: "flags", Type: flagsOf(Long, uapi.MremapFlags)}, {Name: "new_address", Type: If{On: "flags", Any: 1, Then: with(addr, "flags", 2|4)}}}},
		{Name: "madvise", Class: Memory, Ret: zero, Params: params{{Name: "addr", Type: addr}, {Name: "length", Type: size}, {Name: "advice", Type: advice}}},
		{Name: "process_madvise", Class: Desc, Ret: ssize, Params: params{{Name: "pidfd", Type: fd}, {Name: "iovec", Type: in(array(remoteIov, "n"))}, {Name: "n", Type: size}, {Name: "advice", Type: advice}, {Name: "flags", Type: hex}}},
		{Name: "msync", Class: Memory, Ret: zero, Params: params{{Name: "addr", Type: addr}, {Name: "length", Type: size}, {Name: "flags", Type: flags(uapi.SyncFlags)}}},
		{Name: "mincore", Class: Memory, Ret: zero, Params: params{{Name: "addr", Type: addr}, {Name: "length", Type: size}, {Name: "vec", Type: out(Custom{Name: "residency", Args: []string{"length"}})}}},
		{Name: "mlock", Class: Memory, Ret: zero, Params: params{{Name: "addr", Type: addr}, {Name: "length", Type: size}}},
		{Name: "mlock2", Class: Memory, Ret: zero, Params: params{{Name: "addr", Type: addr}, {Name: "length", Type: size}, {Name: "flags", Type: flags(uapi.LockFlags)}}},
		{Name: "munlock", Class: Memory, Ret: zero, Params: params{{Name: "addr", Type: addr}, {Name: "length", Type: size}}},
		{Name: "mlockall", Class: Memory, Ret: zero, Params: params{{Name: "flags", Type: flags(uapi.LockAllFlags)}}},
		{Name: "munlockall", Class: Memory, Ret: zero, Params: params{}},
		{Name: "remap_file_pages", Class: Memory, Ret: zero, Params: params{{Name: "addr", Type: addr}, {Name: "size", Type: size}, {Name: "prot", Type: prot}, {Name: "pgoff", Type: ulong}, {Name: "flags", Type: mapFlags}}},
		{Name: "mbind", Class: Memory, Ret: zero, Params: params{{Name: "addr", Type: addr}, {Name: "len", Type: size}, {Name: "mode", Type: custom("mempolicy")}, {Name: "nodemask", Type: in(nodemask)}, {Name: "maxnode", Type: ulong}, {Name: "flags", Type: flags(uapi.MbindFlags)}}},
		{Name: "set_mempolicy", Class: Memory, Ret: zero, Params: params{{Name: "mode", Type: mempolicy}, {Name: "nodemask", Type: in(nodemask)}, {Name: "maxnode", Type: ulong}}},
		{Name: "set_mempolicy_home_node", Class: Memory, Ret: zero, Params: params{{Name: "start", Type: addr}, {Name: "len", Type: size}, {Name: "home_node", Type: ulong}, {Name: "flags", Type: lhex}}},
		{Name: "get_mempolicy", Class: Memory, Ret: zero, Params: params{{Name: "mode", Type: out(Bits{Width: 4, Form: hex.Form, Set: uapi.MempolicyModes})}, {Name: "nodemask", Type: custom("nodemaskOut", "maxnode")}, {Name: "maxnode", Type: ulong}, {Name: "addr", Type: addr}, {Name: "flags", Type: flagsOf(Long, uapi.MempolicyFlags)}}},
		{Name: "migrate_pages", Class: Memory, Ret: num, Params: params{{Name: "pid", Type: pid}, {Name: "maxnode", Type: ulong}, {Name: "old_nodes", Type: in(nodemask)}, {Name: "new_nodes", Type: in(nodemask)}}},
		{Name: "move_pages", Class: Memory, Ret: num, Params: params{{Name: "pid", Type: pid}, {Name: "count", Type: ulong}, {Name: "pages", Type: in(array(addr, "count"))}, {Name: "nodes", Type: in(array(num, "count"))}, {Name: "status", Type: out(array(pageStatus, "count"))}, {Name: "flags", Type: flags(uapi.MovePagesFlags)}}},
		{Name: "userfaultfd", Class: Desc, Ret: fd, Params: params{{Name: "flags", Type: flags(uapi.UserfaultfdFlags)}}},
		{Name: "memfd_create", Class: Desc, Ret: fd, Params: params{{Name: "name", Type: in(Custom{Name: "memfdName"})}, {Name: "flags", Type: customOf(4, "memfdFlags")}}},
		{Name: "memfd_secret", Class: Desc, Ret: fd, Params: params{{Name: "flags", Type: flags(uapi.MemfdSecretFlags)}}},
		{Name: "map_shadow_stack", Class: Memory, Ret: address, Params: params{{Name: "addr", Type: addr}, {Name: "len", Type: size}, {Name: "flags", Type: flags(uapi.ShadowStackFlags)}}},
		{Name: "mseal", Class: Memory, Ret: zero, Params: params{{Name: "addr", Type: addr}, {Name: "length", Type: size}, {Name: "flags", Type: lhex}}},
		{Name: "process_mrelease", Class: Desc, Ret: zero, Params: params{{Name: "pidfd", Type: fd}, {Name: "flags", Type: hex}}},
		{Name: "process_vm_readv", Ret: ssize, Params: params{{Name: "pid", Type: pid}, {Name: "local_iov", Type: in(Custom{Name: "filledIovecs", Args: []string{"liovcnt"}})}, {Name: "liovcnt", Type: ulong}, {Name: "remote_iov", Type: remoteIovs}, {Name: "riovcnt", Type: ulong}, {Name: "flags", Type: ulong}}},
		{Name: "process_vm_writev", Ret: ssize, Params: params{{Name: "pid", Type: pid}, {Name: "local_iov", Type: in(array(iovec, "liovcnt"))}, {Name: "liovcnt", Type: ulong}, {Name: "remote_iov", Type: remoteIovs}, {Name: "riovcnt", Type: ulong}, {Name: "flags", Type: ulong}}},
	}
})

// pageStatus is a node or a negative error number.
var pageStatus = Bits{Width: 4, Set: negativeErrnos()}

func negativeErrnos() *uapi.Set {
	s := &uapi.Set{Name: "page states"}
	for _, c := range uapi.Errnos.Consts {
		s.Consts = append(s.Consts, uapi.Const{Name: "-" + c.Name, Value: uint64(uint32(-c.Value))})
	}
	return s
}

// i386MemoryCalls are the calls of i386 that differ: its first mmap takes one
// argument, the address of six.
var i386MemoryCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "mmap", Class: Desc | Memory, Ret: address, Params: params{
			{Name: "addr", Type: custom("oldMmapAddr"), Reg: 1}, {Name: "length", Type: custom("oldMmapLength"), Reg: 1}, {Name: "prot", Type: custom("oldMmapProt"), Reg: 1},
			{Name: "flags", Type: custom("oldMmapFlags"), Reg: 1}, {Name: "fd", Type: custom("oldMmapFD"), Reg: 1}, {Name: "offset", Type: custom("oldMmapOffset"), Reg: 1},
		}},
	}
})
