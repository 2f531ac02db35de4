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
		name: "grep", source: "g/grep/grep_3.8.orig.tar.xz",
		build: `./configure --disable-nls CFLAGS="$COVER" >/dev/null 2>&1 && make -s -C lib >/dev/null 2>&1 && make -s -C src 2>&1`,
		run: `cat src/*.c >in; for a in "-n main" "-c ^static" "-E -o [a-z]+_t\\b" "-F -w -i NULL" "-v -e ." "-P -c \\bint\\b" "-E (a|b)*c\\1" "-r -l --include=*.c main src" "-z x" "-A2 -B1 -m3 --color=always void" "-q nothing" "-x }" "-E -i [[:alpha:]]{12,}"; do
$CMD src/grep $a in >/dev/null 2>&1; LC_ALL=C.UTF-8 $CMD src/grep $a in >/dev/null 2>&1; done; $CMD src/grep -f src/nosuch x 2>/dev/null; printf 'a\0b\n' | $CMD src/grep b; $CMD src/grep '[' in 2>/dev/null || true`,
	},
	{
		name: "sed", source: "s/sed/sed_4.9.orig.tar.xz",
		build: `./configure --disable-nls --disable-acl --without-selinux CFLAGS="$COVER" >/dev/null 2>&1 && make -s >/dev/null 2>&1; test -x sed/sed`,
		run: `cat sed/*.c >in; $CMD sed/sed -n '/static/,/}/{s/int/INT/gp;=}' in >/dev/null; $CMD sed/sed -E -e 's/([a-z]+)_([a-z]+)/\2_\1/2' -e '$!N;P;D' in >/dev/null; $CMD sed/sed 'y/abc/xyz/;G;h;x;1~3d;a\ text' in >/dev/null; $CMD sed/sed -e ':a' -e '/x$/{N;ba' -e '}' in >/dev/null; cp in in2
$CMD sed/sed -i.bak -s '1i\head' in2; $CMD sed/sed --posix -n '$p;l' in >/dev/null; $CMD sed/sed 's/\(a/b/' in 2>/dev/null; $CMD sed/sed --debug 's/a\|b/\U&\E/w out' in >/dev/null; LC_ALL=C.UTF-8 $CMD sed/sed 's/./\u&/g;e echo x' </etc/passwd >/dev/null; $CMD sed/sed q5 in >/dev/null || true`,
	},
	{
		name: "gawk", source: "g/gawk/gawk_5.2.1.orig.tar.xz",
		build: `./configure --disable-nls --disable-mpfr --disable-extensions --without-readline CFLAGS="$COVER" >/dev/null 2>&1 && make -s -C support >/dev/null 2>&1 && make -s gawk >/dev/null 2>&1; test -x gawk`,
		run: `cat *.c | head -20000 >in; cat >t.awk <<'E'
function f(a, b) { return a > b ? a : f(b, a) }
function g(x) { return x * 2 }
BEGIN {
	x["a"][1] = 2; h = "g"
	print length(x), strftime("%Y", 0), and(5, 3), systime() > 0, @h(3)
	while (("echo a b" | getline l) > 0) print l
	close("echo a b")
	print split("a:b:c", q, ":"), index("abc", "c"), sin(0), int(3.9), tolower("X"), 2 ^ 10, 7 % 3, "a" < "b", srand(1), rand() > 0
	switch ("x") { case /x/: print "x"; break; default: print "y" }
	do { i++; if (i == 2) continue } while (i < 4)
	delete x
	print typeof(x), isarray(x) | "cat"
}
/root/ { print toupper($1), f(1, 2), gsub(/o/, "0"), match($0, /b+/), RSTART; $3 = "z"; print }
E
$CMD ./gawk '{for(i=1;i<=NF;i++)n[$i]++; len+=length($0)} END{PROCINFO["sorted_in"]="@val_num_desc"; for(w in n) if(c++<5) print w, n[w]; printf "%d %5.2f %s %x %c\n", len, len/NR, substr("hello",2,3), 255, 65}' in >/dev/null; $CMD ./gawk -F: -f t.awk /etc/passwd >/dev/null; $CMD ./gawk -o- '{print; next} END{exit 3}' in >/dev/null; $CMD ./gawk 'BEGIN{print 1' 2>/dev/null
$CMD ./gawk --lint -v x=1 'BEGIN{y=x+z; print y>"/dev/stderr"; print -3 " " 1e300*1e300, 0x11, substr("x",0)}' 2>/dev/null; $CMD ./gawk 'BEGIN{RS="";FS="\n"}{print NF;$3="z";print}' in >/dev/null; echo '1 2 3' | LC_ALL=C.UTF-8 $CMD ./gawk '{$2="";print;print length("héé")}'`,
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
		name: "re2", source: "r/re2/re2_20220601+dfsg.orig.tar.xz",
		build: `for f in bitmap256 bitstate compile dfa filtered_re2 mimics_pcre nfa onepass parse perl_groups prefilter prefilter_tree prog re2 regexp set simplify stringpiece tostring unicode_casefold unicode_groups testing/backtrack testing/dump testing/exhaustive_tester testing/null_walker testing/regexp_generator testing/string_generator testing/tester testing/re2_test; do all="$all re2/$f.cc"; done
g++ $COVER -w -std=c++17 -pthread -I. -o suite $all util/rune.cc util/strutil.cc util/pcre.cc util/test.cc 2>&1`,
		run: `$CMD ./suite >/dev/null`,
	},
	{
		name: "leveldb", source: "l/leveldb/leveldb_1.23.orig.tar.gz",
		build: `cat >t.cc <<'E'
#include "leveldb/db.h"
#include "leveldb/cache.h"
#include "leveldb/filter_policy.h"
#include "leveldb/write_batch.h"
#include <cstdio>
#include <thread>
#include <vector>
int main() {
  leveldb::Options options;
  options.create_if_missing = true;
  options.write_buffer_size = 1 << 16;
  options.filter_policy = leveldb::NewBloomFilterPolicy(10);
  options.block_cache = leveldb::NewLRUCache(1 << 16);
  leveldb::DestroyDB("t.db", options);
  leveldb::DB* db;
  for (int round = 0; round < 2; round++) {
    leveldb::Status s = leveldb::DB::Open(options, "t.db", &db);
    if (!s.ok()) { puts(s.ToString().c_str()); return 1; }
    std::vector<std::thread> writers;
    for (int w = 0; w < 4; w++) writers.emplace_back([db, w] {
      for (int i = 0; i < 1500; i++) {
        leveldb::WriteBatch b;
        b.Put(std::to_string(i * 4 + w), std::string(100, 'a' + w));
        if (i % 3 == 0) b.Delete(std::to_string(i * 2));
        db->Write(leveldb::WriteOptions(), &b);
      }
    });
    for (auto& w : writers) w.join();
    const leveldb::Snapshot* snap = db->GetSnapshot();
    leveldb::ReadOptions r;
    r.snapshot = snap;
    std::string v;
    int n = 0;
    for (int i = 0; i < 6000; i++) n += db->Get(r, std::to_string(i), &v).ok();
    leveldb::Iterator* it = db->NewIterator(r);
    for (it->SeekToLast(); it->Valid(); it->Prev()) n++;
    for (it->Seek("3"); it->Valid(); it->Next()) n++;
    delete it;
    db->ReleaseSnapshot(snap);
    db->CompactRange(nullptr, nullptr);
    db->GetProperty("leveldb.stats", &v);
    printf("%d\n", n > 0);
    delete db;
  }
  delete options.filter_policy;
  delete options.block_cache;
}
E
g++ $COVER -w -std=c++11 -pthread -DLEVELDB_PLATFORM_POSIX=1 -DHAVE_FDATASYNC=1 -DHAVE_O_CLOEXEC=1 -DHAVE_CRC32C=0 -DHAVE_SNAPPY=0 -I. -Iinclude -o suite t.cc $(ls db/*.cc table/*.cc util/*.cc | grep -v -e _test.cc -e leveldbutil -e windows -e testutil) helpers/memenv/memenv.cc 2>&1`,
		run: `$CMD ./suite`,
	},
	{
		name: "nginx", source: "n/nginx/nginx_1.22.1.orig.tar.gz",
		build: `./configure --without-http_rewrite_module --without-http_gzip_module --with-threads --prefix=$PWD --with-cc-opt="$COVER" --with-ld-opt="$COVER" >/dev/null 2>&1; sed -i 's/ -O / /; s/-Werror//' objs/Makefile; make -s >/dev/null 2>&1; test -x objs/nginx`,
		run: `mkdir -p logs html; head -c 100000 objs/nginx >html/x.bin; echo hi >html/index.html; cat >n.conf <<E
worker_processes 2; error_log logs/e.log debug; pid $PWD/n.pid;
events { worker_connections 64; }
http { default_type text/plain; access_log logs/a.log; limit_req_zone \$binary_remote_addr zone=z:1m rate=1000r/s;
upstream u { server unix:$PWD/b.sock; keepalive 2; }
server { listen unix:$PWD/a.sock; root html; location / { autoindex on; } location /p/ { proxy_pass http://u/; proxy_buffering on; } location /l { limit_req zone=z burst=5; alias html; } location /s { return 404; } }
server { listen unix:$PWD/b.sock; root html; sendfile on; } }
E
rm -f *.sock n.pid; $CMD objs/nginx -p $PWD -c n.conf -t 2>/dev/null; $CMD objs/nginx -p $PWD -c n.conf -g 'daemon off;' 2>/dev/null & until test -S b.sock -a -s n.pid; do :; done
for u in / /x.bin /nosuch /p/x.bin /p/index.html /p/nosuch /l/ /s; do curl -s --unix-socket a.sock http://h$u >/dev/null; curl -s -I --unix-socket a.sock http://h$u >/dev/null; curl -s -r 10-20,30-40 --unix-socket a.sock http://h$u >/dev/null; done; curl -s -X POST -d abc --unix-socket a.sock http://h/ >/dev/null; kill -QUIT $(cat n.pid); wait`,
	},
	{
		name: "git", source: "g/git/git_2.39.5.orig.tar.xz",
		build: `make -s -j2 NO_CURL=1 NO_EXPAT=1 NO_GETTEXT=1 NO_PERL=1 NO_TCLTK=1 NO_OPENSSL=1 NO_PYTHON=1 SKIP_DASHED_BUILT_INS=1 CFLAGS="$COVER" git >/dev/null 2>&1; test -x git`,
		run: `export HOME=$PWD/h GIT_EXEC_PATH=$PWD GIT_AUTHOR_DATE='1000000000 +0000' GIT_COMMITTER_DATE='1000000000 +0000'; G="$CMD $PWD/git"; rm -rf h r r2; mkdir h; $G config --global user.name x; $G config --global user.email x@y; $G init -q r; cd r && for i in 1 2 3 4; do seq $i 50 >a$i; echo $i >b; $G add . && $G commit -q -m c$i; done; $G log --stat -p --graph >/dev/null; $G checkout -q -b br HEAD~2; echo z >>a1; $G commit -q -a -m z; $G merge -q -m m master; $G diff HEAD~1 --word-diff >/dev/null; $G blame a1 >/dev/null; $G repack -a -d -q; $G gc -q; $G fsck 2>/dev/null; $G rebase -q master
$G clone -q . ../r2 2>/dev/null; $G stash list; $G grep -n 3 >/dev/null; $G show HEAD:a1 >/dev/null; $G cat-file -p HEAD >/dev/null; $G rev-list --objects --all >/dev/null; $G status -s; $G tag -a v1 -m v1; $G describe; $G archive HEAD >/dev/null; $G reflog >/dev/null; $G bisect start >/dev/null; $G nosuch 2>/dev/null; $G cherry-pick nosuch 2>/dev/null || true`,
	},
	{name: "gofmt", golang: "cmd/gofmt", run: `$CMD $BIN -l -s -r 'a -> b' $GOROOT/src/sort $GOROOT/src/fmt >/dev/null`},
	{name: "trapline", golang: "./cmd/trapline", run: `$CMD $BIN syscalls >/dev/null; $CMD $BIN resolve $BIN main.main >/dev/null; $CMD $BIN help cover >/dev/null`},
	{name: "gojq", golang: "github.com/itchyny/gojq/cmd/gojq@v0.12.17", run: `echo '{"a":[1,2,{"b":"x"}],"d":1.5e3}' | $CMD $BIN '.a[2].b, (.a|map(numbers)|add), (to_entries|map(.key)|join(",")), ([range(10)]|map(select(.%2==0)))' >/dev/null`},
}
