package decode

// signalCustom names the decoders of signals.
func signalCustom(name string) custom {
	switch name {
	case "sigset":
		return sigset
	case "pendingSigset":
		return pendingSigset
	case "oldSigset":
		return oldSigset
	case "sigmask":
		return sigmask
	case "mask":
		return mask
	case "oldMask":
		return oldMask
	case "sigaction":
		return sigaction
	case "oldSigaction":
		return oldSigaction
	case "siginfo":
		return siginfo
	case "signalName":
		return signalName
	case "handlerName":
		return handlerName
	case "rtSigframe":
		return rtSigframe
	case "sigframe":
		return sigframe
	}
	return nil
}
