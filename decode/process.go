package decode

// processCustom names the decoders of processes.
func processCustom(name string) custom {
	switch name {
	case "argv":
		return argv
	case "envp":
		return envp
	case "cloneFlags":
		return cloneFlags
	case "cloneArgs":
		return cloneArgs
	case "tls":
		return tls
	case "waitStatus":
		return waitStatus
	case "childUsage":
		return childUsage
	case "userDesc":
		return userDesc
	case "threadArea":
		return threadArea
	case "threadAreaEntry":
		return threadAreaEntry
	case "rseq":
		return rseq
	case "personality":
		return personality
	case "membarrierQuery":
		return membarrierQuery
	case "sockFprog":
		return sockFprog
	case "namespaces":
		return namespaces
	case "childNamespaces":
		return childNamespaces
	case "child3Namespaces":
		return child3Namespaces
	case "landlockPath":
		return landlockPath
	case "landlockRuleset":
		return landlockRuleset
	}
	return nil
}
