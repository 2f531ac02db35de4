package main

// A subject is a program that is built with its compiler's own coverage and without, to do the same
// work twice.
type subject struct {
	name   string
	source string // of Debian's archive, below pool/main; empty for a Go program
	build  string // shell, in the folder of the source; $COVER are the flags
	run    string // shell; $CMD is what to put before the program
	golang string // the package to build with go build -cover
}

var subjects = []subject{
	{
		name: "lua", source: "l/lua5.4/lua5.4_5.4.4.orig.tar.gz",
		build: `cd src && make -s linux CC="gcc $COVER" MYCFLAGS= CFLAGS="$COVER -DLUA_COMPAT_5_3 -DLUA_USE_LINUX" MYLDFLAGS="$COVER" 2>&1`,
		run: `cat >t.lua <<'E'
local t = {}
for i = 1, 2000 do t[i] = tostring(i):rep(2) end
table.sort(t)
local co = coroutine.wrap(function() for k, v in pairs(t) do coroutine.yield(v:gsub("1", "x")) end end)
local n = 0
for i = 1, 100 do n = n + #co() end
print(n, pcall(error, {1}), select("#", string.byte("hello", 1, -1)), math.floor(3.7), #arg)
local s = setmetatable({}, {__index = function(_, k) return k .. "!" end, __close = print})
print(s.x, load("return 1 + 1")(), os.time() > 0, io.open("/nothing"))
goto done
::done::
E
$CMD src/lua t.lua`,
	},
	{
		name: "minigzip", source: "z/zlib/zlib_1.2.13.dfsg.orig.tar.bz2",
		build: `CC=gcc CFLAGS="$COVER" LDFLAGS="$COVER" ./configure --static >/dev/null && make -s minigzip 2>&1`,
		run:   `cat *.c >in && $CMD ./minigzip <in >out.gz && $CMD ./minigzip -d <out.gz | cmp - in && $CMD ./minigzip -9 <in >out9.gz`,
	},
	{
		name: "bzip2", source: "b/bzip2/bzip2_1.0.8.orig.tar.gz",
		build: `make -s bzip2 CC=gcc CFLAGS="$COVER" LDFLAGS="$COVER" 2>&1`,
		run:   `cat *.c >in && $CMD ./bzip2 -k -f in && $CMD ./bzip2 -t in.bz2 && $CMD ./bzip2 -d -c in.bz2 | cmp - in`,
	},
	{
		name: "sqlite3", source: "s/sqlite3/sqlite3_3.40.1.orig.tar.xz",
		build: `./configure --disable-tcl --disable-readline --disable-shared >/dev/null 2>&1; make -s sqlite3.c shell.c >/dev/null 2>&1; gcc $COVER -I. -DSQLITE_THREADSAFE=0 -DSQLITE_OMIT_LOAD_EXTENSION -o sqlite3 shell.c sqlite3.c -lm 2>&1`,
		run:   `$CMD ./sqlite3 :memory: "create table t(a integer primary key, b text); with recursive n(i) as (select 1 union all select i+1 from n where i<500) insert into t select i, 'x'||i from n; create index tb on t(b); select count(*), max(b), group_concat(a) from t where b like 'x1%' group by length(b); update t set b=upper(b) where a%3=0; delete from t where a>400; explain query plan select * from t where b='X3'; begin; drop table t; rollback; select b from t order by b desc limit 3;"`,
	},
	{
		name: "jq", source: "j/jq/jq_1.6.orig.tar.gz",
		build: `sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/"/' -e 's/$/\\n"/' src/builtin.jq >src/builtin.inc && echo '#define JQ_VERSION "1.6"' >src/version.h && rm src/inject_errors.c &&
gcc $COVER -w -D_GNU_SOURCE -DIEEE_8087=1 -DHAVE_FLOOR -DHAVE_POW -DHAVE_TIMEGM -DHAVE_GMTIME_R -DHAVE_MEMMEM -I. -Isrc -o jq src/*.c -lm -lpthread 2>&1`,
		run: `echo '{"a":[1,2,{"b":"x"}],"c":null,"d":1.5e3}' >in && $CMD ./jq -S '.a[2].b, (.a|map(numbers)|add), (to_entries|map(.key)|join(",")), (.d|floor), ([range(10)]|map(select(.%2==0)))' in && $CMD ./jq -c '. as $x | reduce .a[] as $i (0; . + ($i|tostring|length))' in; $CMD ./jq '.a[' in || true`,
	},
	{
		name: "redis", source: "r/redis/redis_7.0.15.orig.tar.gz",
		build: `cd src && make -s MALLOC=libc OPTIMIZATION=-O0 REDIS_CFLAGS="$COVER" REDIS_LDFLAGS="$COVER" redis-server redis-benchmark redis-cli >/dev/null 2>&1; test -x redis-server`,
		run: `$CMD src/redis-server --port 0 --unixsocket $PWD/s --save '' --appendonly no --daemonize no --slowlog-log-slower-than -1 >log 2>&1 & until test -S s; do :; done
$CMD src/redis-benchmark -s $PWD/s -n 2000 -c 8 -q -t set,get,incr,lpush,rpop,sadd,hset,zadd,lrange_100,mset >/dev/null && $CMD src/redis-cli -s $PWD/s shutdown nosave; wait`,
	},
	{
		name: "xz", source: "x/xz-utils/xz-utils_5.4.1.orig.tar.xz",
		build: `./configure --disable-shared --disable-nls --disable-doc --disable-scripts CFLAGS="$COVER" >/dev/null 2>&1 && make -s -C src/liblzma >/dev/null 2>&1 && make -s -C src/xz 2>&1`,
		run:   `cat src/liblzma/*/*.c >in && $CMD src/xz/xz -k -f -T2 --block-size=100KiB in && $CMD src/xz/xz -t in.xz && $CMD src/xz/xz -d -c in.xz >out && cmp out in && $CMD src/xz/xz -l in.xz && $CMD src/xz/xz -0 --x86 --lzma2 -c /bin/sh >x.xz`,
	},
	{
		name: "jsoncpp", source: "libj/libjsoncpp/libjsoncpp_1.9.5.orig.tar.gz",
		build: `g++ $COVER -w -Iinclude -o suite src/lib_json/*.cpp src/test_lib_json/*.cpp 2>&1`,
		run:   `$CMD ./suite`,
	},
	{
		name: "lz4", source: "l/lz4/lz4_1.9.4.orig.tar.gz",
		build: `make -s -C programs lz4 CC=gcc CFLAGS="$COVER" 2>&1`,
		run:   `cat lib/*.c lib/*.h >in && $CMD programs/lz4 -f -k in && $CMD programs/lz4 -t in.lz4 && $CMD programs/lz4 -d -c in.lz4 | cmp - in && $CMD programs/lz4 -9 -B4 -BD --content-size -f in in9.lz4 && $CMD programs/lz4 -d -f in9.lz4 out && cmp in out && $CMD programs/lz4 --list in.lz4 in9.lz4; $CMD programs/lz4 -d /etc/passwd out 2>/dev/null || true`,
	},
	{
		name: "zstd", source: "libz/libzstd/libzstd_1.5.4+dfsg2.orig.tar.xz",
		build: `make -s -C programs zstd CC=gcc CFLAGS="$COVER" HAVE_ZLIB=0 HAVE_LZMA=0 HAVE_LZ4=0 ZSTD_NO_ASM=1 2>&1`,
		run:   `cat lib/*/*.c | head -c 200000 >in; for l in 1 6 13 19; do $CMD programs/zstd -q -f -$l in -o in.zst && $CMD programs/zstd -q -d -c in.zst | cmp - in || exit 1; done; $CMD programs/zstd -q -f -T2 --long -B64K in -o in.zst && $CMD programs/zstd -q -t in.zst && $CMD programs/zstd -l -v in.zst >/dev/null && $CMD programs/zstd -q --train -B1000 in -o dict --maxdict=2000 && $CMD programs/zstd -q -f -D dict in -o in.d.zst && $CMD programs/zstd -q -d -f -D dict in.d.zst -o out && cmp in out; $CMD programs/zstd -d -q /etc/passwd 2>/dev/null || true`,
	},
	{
		name: "dash", source: "d/dash/dash_0.5.12.orig.tar.gz",
		build: `test -x configure || ./autogen.sh >/dev/null 2>&1; case $COVER in *coverage) COVER="$COVER -D_exit=exit";; esac; ./configure CFLAGS="$COVER" >/dev/null 2>&1 && make -s 2>&1`,
		run: `cat >t.sh <<'E'
f() { local x=$1; return $((x + 1)); }
f 3; echo $?
for i in a b c; do case $i in a) continue;; b*) echo b;; *) break;; esac; done
trap 'echo usr' USR1; kill -USR1 $$
(exit 3) || echo "or ${x:-default} ${PWD##*/} $(( 3 * (2 + 1) ))"
cat <<X | while read a b; do echo "$b $a"; done
one two
$i
X
set -- -a -b c; while getopts ab: o; do echo $o $OPTARG; done
sleep 0 & wait $!
eval 'echo $(echo nested "$(echo x)")'
test -f /etc/passwd && [ 1 -lt 2 ] && printf '%s %d\n' x 3
IFS=:; for p in $PATH; do :; done; unset IFS
exec 3>/dev/null; echo x >&3; read line </etc/passwd; echo *.nosuch /et[c]
alias a=b; umask; ulimit -n >/dev/null; cd /; cd - >/dev/null; type cd ls nosuch
trap 'echo bye' EXIT
(sh -c 'kill -9 $PPID'; :)
nosuch 2>/dev/null
exit 4
E
$CMD src/dash t.sh; $CMD src/dash -c 'if then' 2>/dev/null; echo 'echo hi; exit 2' | $CMD src/dash -x -s a 2>/dev/null || true`,
	},
	{
		name: "busybox", source: "b/busybox/busybox_1.35.0.orig.tar.bz2",
		build: `make -s defconfig >/dev/null 2>&1; sed -i 's/^CONFIG_TC=y/# CONFIG_TC is not set/' .config; case $COVER in *coverage) COVER="$COVER -D_exit=exit";; esac; make -s -j2 SKIP_STRIP=y CONFIG_EXTRA_CFLAGS="$COVER" CONFIG_EXTRA_LDFLAGS="$COVER" >log 2>&1; test -x busybox_unstripped`,
		run: `cat >t.sh <<'E'
cat coreutils/*.c | head -5000 >in
for i in 1 2 3; do echo $((i*i)); done | $B sort -rn | $B head -2; x=$(echo a | $B tr a b); echo ${x%b}c
$B sort -u in | $B md5sum; $B gzip -c in | $B gunzip | $B cmp - in; $B bzip2 -c in | $B bunzip2 -c | $B sha256sum
$B tar cf t.tar coreutils && $B tar tf t.tar >/dev/null; $B sed -n 's/int/x/p' in >/dev/null; $B awk '{n+=NF} END{print n}' in
$B find coreutils -name '*.c' -size +10k -exec echo {} \; >/dev/null; $B diff in /etc/passwd >/dev/null; $B printf '%05d %s\n' 3 x
$B expr 3 + 4 '*' 2; $B date -d @0 -u; $B dd if=in of=o bs=1k count=3 2>/dev/null; echo '2^100;scale=5;1/3' | $B bc; echo '3 4 + p' | $B dc
$B xxd in | $B tail -1; $B grep -E -c 'in(t|k)' in; $B nosuch 2>/dev/null; $B ls -la coreutils >/dev/null; $B cal 1 2000; $B factor 1234567
E
B=$PWD/busybox_unstripped; export B; $CMD $B ash t.sh`,
	},
	{
		name: "tinyxml2", source: "t/tinyxml2/tinyxml2_9.0.0+dfsg.orig.tar.xz",
		build: `g++ $COVER -w -o suite tinyxml2.cpp xmltest.cpp 2>&1`,
		run:   `mkdir -p resources/out; $CMD ./suite >/dev/null || true`,
	},
	{name: "gofmt", golang: "cmd/gofmt", run: `$CMD $BIN -l -s -r 'a -> b' $GOROOT/src/sort $GOROOT/src/fmt >/dev/null`},
	{name: "trapline", golang: "./cmd/trapline", run: `$CMD $BIN syscalls >/dev/null; $CMD $BIN resolve $BIN main.main >/dev/null; $CMD $BIN help cover >/dev/null`},
	{name: "gojq", golang: "github.com/itchyny/gojq/cmd/gojq@v0.12.17", run: `echo '{"a":[1,2,{"b":"x"}],"d":1.5e3}' | $CMD $BIN '.a[2].b, (.a|map(numbers)|add), (to_entries|map(.key)|join(",")), ([range(10)]|map(select(.%2==0)))' >/dev/null`},
}
