package syscalls

import "github.com/trapline/trapline/uapi"

// counterOps are the commands of counters.
func counterOps() []op {
	component := record("counter_component", fields{
		{Name: "type", Type: enumOf(1, uapi.CounterComponents)}, {Name: "scope", Type: enumOf(1, uapi.CounterScopes)}, {Name: "parent", Type: u8}, {Name: "id", Type: u8},
	})
	watch := record("counter_watch", fields{{Name: "component", Type: component}, {Name: "event", Type: enumOf(1, uapi.CounterEvents)}, {Name: "channel", Type: u8}})
	return []op{
		{"COUNTER_ADD_WATCH_IOCTL", argp(in(watch))},
		{"COUNTER_ENABLE_EVENTS_IOCTL", bare},
		{"COUNTER_DISABLE_EVENTS_IOCTL", bare},
	}
}
