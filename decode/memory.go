package decode

// memoryCustom names the decoders of memory management.
func memoryCustom(name string) custom {
	switch name {
	case "mapFlags":
		return mapFlags
	case "memfdName":
		return memfdName
	case "memfdFlags":
		return memfdFlags
	case "pageOffset":
		return pageOffset
	case "oldMmapAddr":
		return oldMmapAddr
	case "oldMmapLength":
		return oldMmapLength
	case "oldMmapProt":
		return oldMmapProt
	case "oldMmapFlags":
		return oldMmapFlags
	case "oldMmapFD":
		return oldMmapFD
	case "oldMmapOffset":
		return oldMmapOffset
	case "residency":
		return residency
	case "mempolicy":
		return mempolicy
	case "nodemask":
		return nodemask
	case "nodemaskOut":
		return nodemaskOut
	}
	return nil
}
