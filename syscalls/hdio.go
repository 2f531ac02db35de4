package syscalls

import "github.com/trapline/trapline/uapi"

// hdioOps are the commands of IDE disks. All but two are known for 64-bit programs only.
func hdioOps() []op {
	var (
		get  = argp(out(ulong))
		set  = argp(ulong)
		nice = flagsOf(Long, &uapi.Set{Name: "niceness of IDE disks", Unknown: "IDE_NICE_???", Flags: true, Consts: []uapi.Const{
			{Name: "1<<IDE_NICE_DSC_OVERLAP", Value: 1}, {Name: "1<<IDE_NICE_ATAPI_OVERLAP", Value: 2}, {Name: "1<<IDE_NICE_1", Value: 8},
			{Name: "1<<IDE_NICE_0", Value: 4}, {Name: "1<<IDE_NICE_2", Value: 16},
		}})
		busState = enumOf(Long, uapi.BusStates)
		identity = argp(out(Buf{Count: 512}))
		old      = argp(out(Buf{Count: 142}))
		ports    = argp(in(list(x32, 3)))
		geometry = record("hd_geometry", fields{{Name: "heads", Type: u8}, {Name: "sectors", Type: u8}, {Name: "cylinders", Type: u16}, {Name: "start", Type: ulong}})
		command  = record("hd_drive_cmd_hdr", fields{{Name: "command", Type: enumOf(1, uapi.ATACommands)}, {Name: "sector_number", Type: u8}, {Name: "feature", Type: u8}, {Name: "sector_count", Type: u8}})
	)
	ops := []op{
		{"HDIO_GET_UNMASKINTR", get},
		{"HDIO_GET_MULTCOUNT", get},
		{"HDIO_GET_KEEPSETTINGS", get},
		{"HDIO_GET_32BIT", get},
		{"HDIO_GET_NOWERR", get},
		{"HDIO_GET_DMA", get},
		{"HDIO_GET_WCACHE", get},
		{"HDIO_GET_ACOUSTIC", get},
		{"HDIO_GET_ADDRESS", get},
		{"HDIO_GET_NICE", argp(out(nice))},
		{"HDIO_GET_BUSSTATE", argp(out(busState))},
		{"HDIO_GET_IDENTITY", identity},
		{"HDIO_OBSOLETE_IDENTITY", old},
		{"HDIO_SET_MULTCOUNT", set},
		{"HDIO_SET_UNMASKINTR", set},
		{"HDIO_SET_KEEPSETTINGS", set},
		{"HDIO_SET_32BIT", set},
		{"HDIO_SET_NOWERR", set},
		{"HDIO_SET_DMA", set},
		{"HDIO_SET_PIO_MODE", set},
		{"HDIO_SET_WCACHE", set},
		{"HDIO_SET_ACOUSTIC", set},
		{"HDIO_SET_ADDRESS", set},
		{"HDIO_SET_NICE", argp(nice)},
		{"HDIO_SET_BUSSTATE", argp(busState)},
		{"HDIO_UNREGISTER_HWIF", set},
		{"HDIO_SCAN_HWIF", ports},
		{"HDIO_DRIVE_RESET", ports},
	}
	for i := range ops {
		ops[i].arg = argp(Wide{ops[i].arg[0].Type})
	}
	return append(ops,
		op{"HDIO_GETGEO", argp(out(geometry))},
		op{"HDIO_DRIVE_CMD", argp(exchange(command, Custom{Name: "driveAnswer"}))})
}
