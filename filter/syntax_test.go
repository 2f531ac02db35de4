package filter

import (
	"errors"
	"strings"
	"testing"
)

// What is wrong is said when an expression is read, at the column where it is.
func TestSyntaxErrors(t *testing.T) {
	for _, tt := range []struct {
		rule string // with ^ before what is wrong
		want string
	}{
		{`openat where ^flag has O_WRONLY`, "openat has no flag (did you mean flags?)"},
		{`openat where flags has ^O_WRONL`, "O_WRONL is none of the constants of flags (did you mean O_WRONLY?)"},
		{`openat where pathname == ^3`, "this is a number, and what it is compared with is a string"},
		{`openat where ^pathname has 3`, "this is a string, with which has does nothing"},
		{`openat where ^pathname`, "this is a string, not a condition: compare it with something"},
		{`openat where ^fd ~ "x"`, "openat has no fd (did you mean dirfd?)"},
		{`read,openat where ^pathnam ~ "x"`, "none of the calls has a pathnam (did you mean pathname?)"},
		{`^nosuchthing == 1`, "none of the calls has a nosuchthing"},
		{`connect where addr.^pot == 1`, "addr has no pot (did you mean port?)"},
		{`connect where ^addr == 1`, "addr is a structure: name one of its fields, such as addr, cid, data, family, flowinfo, groups, halen, hatype"},
		{`^opent where fd == 1`, "invalid system call 'opent' (did you mean open or openat?)"},
		{`read, ^where fd == 1`, "a system call is missing here"},
		{`read where fd ^= 1`, "= changes something; to compare write =="},
		{`read where fd == 1 ^&&`, "write and for &&"},
		{`read where fd == 1 ^|| fd == 2`, "write or for ||"},
		{`read where ^!(fd == 1)`, "write not for !"},
		{`read where fd == 1 and^`, "the expression ends too early"},
		{`read where fd == ^"x`, "the string does not end"},
		{`read where fd == ^'x`, "a character between ' is a number; strings stand between \""},
		{`read where fd == ^09`, "'09' is no number of 64 bits and no duration"},
		{`read where fd == ^99999999999999999999`, "'99999999999999999999' is no number of 64 bits and no duration"},
		{`read where fd == 1 ^== 2`, "comparisons do not follow each other; join them with and"},
		{`read where buf ~ ^3`, "a pattern is missing here: a string, or a regular expression between slashes"},
		{`read where buf ~ ^/[/`, "invalid pattern: missing closing ]"},
		{`read where buf ~ ^/x`, "the regular expression does not end with a slash"},
		{`read where ^reverse(buf, 1) == "x"`, "reverse takes one value, not 2"},
		{`read where ^revers(buf) == "x"`, "there is no function revers (did you mean reverse?)"},
		{`read where reverse(^fd) == "x"`, "this is a number, and a string is needed"},
		{`read where (fd == 1^`, "the expression ends too early"},
		{`read where fd in ^1`, "in is followed by values between parentheses: in (1, 2)"},
		{`read where fd in (1, ^"x")`, "this is a string, and what it is compared with is a number"},
		{`read where fd not ^== 1`, "in is missing behind not"},
		{`read,open where ^count == 1`, "count is a parameter of some of these calls: write param.count or call.count"},
		{`read where ^call.count == 1 or fd == 2`, "count stands in a condition of its own, joined to the others by and"},
		{`read where elapsed > ^3`, "this is a number, and what it is compared with is a duration"},
		{`read where fd == ^NOSUCH`, "there is no constant NOSUCH"},
		{`read where fd == ^EPREM`, "there is no constant EPREM (did you mean EPERM?)"},
		{`read where buf[1:2^`, "the expression ends too early"},
		{`read where buf[^"a":2] == "x"`, "this is a string, and a number is needed"},
		{`read where fd[^0] == 1`, "fd has no elements"},
		{`fstat where statbuf.^sized == 1`, "statbuf has no sized (did you mean size?)"},
		{`read where not ^fd`, "not turns a condition round, and this is a value"},
		{`read where fd == 1 and ^fd`, "and joins conditions, and this is a value"},
		{`read where "^\q" == buf`, "no such escape in a string"},
		{`read where "a" + buf[0:1] ^- "b" == "c"`, "- does not join a string and a string"},
		{`ret == -^EACCES`, "ret is -1 for any error: compare errno with EACCES"},
		{`_llseek where ^offset == 1`, "_llseek has no offset: its parameters are fd, result, whence"},
		{`prlimit64 where ^rlim.cur > 0`, "prlimit64 has no rlim: its parameters are new_limit, old_limit, pid, resource"},
		{`^`, "the expression ends too early"},
		{`read where^`, "the expression ends too early"},
		{`read where fd == 1 ^foo`, "this is not expected here: foo"},
		{`read where fd == 1 and "ü" == "ü" and ^flags == 1`, "read has no flags: its parameters are buf, count, fd"},
	} {
		rule := strings.Replace(tt.rule, "^", "", 1)
		_, _, err := ParseWhere(rule)
		var bad *SyntaxError
		if !errors.As(err, &bad) {
			t.Errorf("%s: %v", rule, err)
			continue
		}
		if bad.Msg != tt.want || bad.Column != strings.Index(tt.rule, "^")+1 {
			t.Errorf("column %d: %s", bad.Column, bad)
		}
	}
}

// What only the exit tells is refused where there is no exit.
func TestEntryOnly(t *testing.T) {
	read, _ := ParseCalls("read")
	both, _ := ParseCalls("read,write")
	for _, tt := range []struct {
		calls *Calls
		expr  string
		right bool
	}{
		{read, `fd == 1`, true},
		{read, `ret < 0`, false},
		{read, `errno == EINTR`, false},
		{read, `elapsed > 1ms`, false},
		{read, `buf contains "x"`, false},
		{read, `&buf == NULL`, true},
		{both, `buf contains "x"`, true},
	} {
		_, err := ParseExpr(tt.expr, tt.calls, AtEntry)
		if (err == nil) != tt.right {
			t.Errorf("%s: %v", tt.expr, err)
		}
		if err != nil && !strings.Contains(err.Error(), "is known only when the call has ended") {
			t.Error(err)
		}
	}
}

// An error shows the line that it is in, with a caret under the column.
func TestSyntaxErrorText(t *testing.T) {
	e := &SyntaxError{Source: "first\n\tsecond ü line\nthird", Column: 19, Msg: "not so"}
	if got, want := e.Error(), "not so\n  \tsecond ü line\n  \t          ^"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
