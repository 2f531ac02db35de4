package syntax

import (
	"path"
	"strings"
	"sync"
)

// A language is what the lexer has to know of one.
type language struct {
	words      map[string]Kind
	directives bool   // lines that begin with #
	separators string // within numbers
	nests      string // what begins a comment in a comment
	lifetimes  bool   // 'a
	multiline  bool   // strings go on on the next line
	bang       bool   // name!(...)
	// raw returns how much of s begins a raw string and what ends it; zero if none begins.
	raw func(s string) (n int, until string)
}

// languageOf returns the language of a file by its name; nil if it is not known.
func languageOf(name string) *language {
	return languages()[strings.ToLower(path.Ext(name))]
}

const (
	cWords = "auto break case const continue default do else enum extern for goto if inline register restrict return sizeof " +
		"static struct switch typedef union volatile while _Alignas _Alignof _Atomic _Generic _Noreturn _Static_assert _Thread_local " +
		"asm __asm__ __attribute__ __extension__ __inline __inline__ __restrict __volatile__ typeof __typeof__ NULL"
	cTypes = "bool char double float int long short signed unsigned void _Bool _Complex size_t ssize_t ptrdiff_t intptr_t uintptr_t " +
		"int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t off_t pid_t time_t FILE va_list wchar_t"
	cxxWords = cWords + " alignas alignof and and_eq bitand bitor catch class co_await co_return co_yield compl concept const_cast " +
		"consteval constexpr constinit decltype delete dynamic_cast explicit export false final friend import module mutable " +
		"namespace new noexcept not not_eq nullptr operator or or_eq override private protected public reinterpret_cast requires " +
		"static_assert static_cast template this thread_local throw true try typeid typename using virtual xor xor_eq"
	cxxTypes = cTypes + " char8_t char16_t char32_t string string_view vector map set pair unique_ptr shared_ptr"
	goWords  = "break case chan const continue default defer else fallthrough for func go goto if import interface map package " +
		"range return select struct switch type var nil true false iota"
	goTypes = "any bool byte comparable complex64 complex128 error float32 float64 int int8 int16 int32 int64 rune string uint uint8 " +
		"uint16 uint32 uint64 uintptr"
	rustWords = "as async await break const continue crate dyn else enum extern false fn for gen if impl in let loop macro_rules match mod " +
		"move mut pub raw ref return safe self static struct super trait true type union unsafe use where while yield"
	rustTypes = "bool char f32 f64 i8 i16 i32 i64 i128 isize str u8 u16 u32 u64 u128 usize Self Box Option Result Some None Ok Err " +
		"String Vec Rc Arc"
)

// languages are those by the ends of files' names.
var languages = sync.OnceValue(func() map[string]*language {
	c := &language{words: words(cWords+" true false nullptr", cTypes), directives: true, separators: "'"}
	cxx := &language{words: words(cxxWords, cxxTypes), directives: true, separators: "'", raw: rawCXX}
	golang := &language{words: words(goWords, goTypes), separators: "_", raw: rawGo}
	rust := &language{
		words: words(rustWords, rustTypes), separators: "_", raw: rawRust,
		nests: "/*", lifetimes: true, multiline: true, bang: true,
	}
	all := map[string]*language{".go": golang, ".rs": rust}
	for end := range strings.FieldsSeq(".c .y .l .m .xs") {
		all[end] = c
	}
	for end := range strings.FieldsSeq(".h .cc .cpp .cxx .c++ .hh .hpp .hxx .h++ .ipp .inl .inc .tcc .cu .cuh .mm") {
		all[end] = cxx
	}
	return all
})

func words(keywords, types string) map[string]Kind {
	all := map[string]Kind{}
	for w := range strings.FieldsSeq(keywords) {
		all[w] = Keyword
	}
	for w := range strings.FieldsSeq(types) {
		all[w] = Type
	}
	return all
}

// number returns the length of the number that s begins with.
func (l *language) number(s string) int {
	n := 1
	for n < len(s) {
		exponent := (s[n] == '+' || s[n] == '-') && strings.IndexByte("eEpP", s[n-1]) >= 0 && !strings.HasPrefix(s, "0x")
		point := s[n] == '.' && !strings.HasPrefix(s[n:], "..")
		separator := strings.IndexByte(l.separators, s[n]) >= 0 && n+1 < len(s) && wordPart(s[n+1])
		if !exponent && !point && !separator && !wordPart(s[n]) {
			break
		}
		n++
	}
	return n
}

// rawCXX knows R"delimiter(...)delimiter" and its prefixes.
func rawCXX(s string) (int, string) {
	n := strings.Index(s[:min(len(s), len(`u8R"`))], `R"`)
	if n < 0 || n > 0 && s[:n] != "u8" && s[:n] != "u" && s[:n] != "U" && s[:n] != "L" {
		return 0, ""
	}
	const longest = 16
	begin := n + len(`R"`)
	for i := begin; i < len(s) && i <= begin+longest; i++ {
		switch s[i] {
		case '(':
			return i + 1, ")" + s[begin:i] + `"`
		case ' ', ')', '\\', '"':
			return 0, ""
		}
	}
	return 0, ""
}

func rawGo(s string) (int, string) {
	if s[0] == '`' {
		return 1, "`"
	}
	return 0, ""
}

// rawRust knows r"...", r#"..."# and those of bytes and of C.
func rawRust(s string) (int, string) {
	n := 0
	if s[0] == 'b' || s[0] == 'c' {
		n++
	}
	if n == len(s) || s[n] != 'r' {
		return 0, ""
	}
	n++
	hashes := len(s[n:]) - len(strings.TrimLeft(s[n:], "#"))
	n += hashes
	if n == len(s) || s[n] != '"' {
		return 0, ""
	}
	return n + 1, `"` + strings.Repeat("#", hashes)
}
