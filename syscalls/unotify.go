package syscalls

import (
	"github.com/trapline/trapline/uapi"
)

// noticeOps are the commands of seccomp's listeners.
func noticeOps() []op {
	var (
		reply = record("seccomp_notif_resp", fields{{Name: "id", Type: x64}, {Name: "val", Type: s64}, {Name: "error", Type: customOf(4, "negativeErrno")}, {Name: "flags", Type: flags(uapi.NoticeFlags)}})
		added = record("seccomp_notif_addfd", fields{
			{Name: "id", Type: x64},
			{Name: "flags", Type: flags(uapi.NoticeFDFlags)},
			{Name: "srcfd", Type: fd},
			{Name: "newfd", Type: FD{Bare: true}},
			{Name: "newfd_flags", Type: flags(uapi.OpenFlags)},
		})
	)
	return []op{
		{"SECCOMP_IOCTL_NOTIF_RECV", argp(custom("notice"))},
		{"SECCOMP_IOCTL_NOTIF_SEND", argp(in(reply))},
		{"SECCOMP_IOCTL_NOTIF_ID_VALID", argp(in(x64))},
		{"SECCOMP_IOCTL_NOTIF_ID_VALID_WRONG_DIR", argp(in(x64))},
		{"SECCOMP_IOCTL_NOTIF_ADDFD", argp(in(added))},
		{"SECCOMP_IOCTL_NOTIF_SET_FLAGS", argp(flagsOf(Long, uapi.NoticeModes))},
	}
}
