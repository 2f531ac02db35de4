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
	{name: "gofmt", golang: "cmd/gofmt", run: `$CMD $BIN -l -s -r 'a -> b' $GOROOT/src/sort $GOROOT/src/fmt >/dev/null`},
	{name: "trapline", golang: "./cmd/trapline", run: `$CMD $BIN syscalls >/dev/null; $CMD $BIN resolve $BIN main.main >/dev/null; $CMD $BIN help cover >/dev/null`},
	{name: "gojq", golang: "github.com/itchyny/gojq/cmd/gojq@v0.12.17", run: `echo '{"a":[1,2,{"b":"x"}],"d":1.5e3}' | $CMD $BIN '.a[2].b, (.a|map(numbers)|add), (to_entries|map(.key)|join(",")), ([range(10)]|map(select(.%2==0)))' >/dev/null`},
}
