package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/trapline/trapline/internal/fixture"
)

// servers run traced while clients that are not traced put load on them.
var servers = []check{
	{"redis", redis},
	{"nginx", nginx},
	{"postgres", postgres},
}

func redis(s *stage) error {
	port := fixture.FreePort()
	server, err := s.serve(port, "redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", s.dir, "--io-threads", "2")
	if err != nil {
		return err
	}
	defer server.kill()
	out, err := s.client("redis-benchmark", "-h", "127.0.0.1", "-p", port, "-q", "-n", "5000", "-c", "20", "-t", "set,get,lpush,lrange_100,mset")
	if err != nil || strings.Count(out, "requests per second") < 4 {
		return fmt.Errorf("redis-benchmark: %w\n%s", err, out)
	}
	if out, err := s.client("redis-cli", "-p", port, "bgsave"); err != nil {
		return fmt.Errorf("bgsave: %w\n%s", err, out)
	}
	return server.stop(syscall.SIGTERM, "exit status 0")
}

const nginxConf = `
daemon off; worker_processes 2; pid %[1]s/pid; error_log %[1]s/error.log;
events { worker_connections 64; }
http { access_log off; client_body_temp_path %[1]s/body; proxy_temp_path %[1]s/proxy; fastcgi_temp_path %[1]s/fastcgi;
uwsgi_temp_path %[1]s/uwsgi; scgi_temp_path %[1]s/scgi;
server { listen 127.0.0.1:%[2]s; location / { root %[1]s/www; } } }`

func nginx(s *stage) error {
	port := fixture.FreePort()
	page := strings.Repeat("trapline ", 5000)
	if err := os.Mkdir(filepath.Join(s.dir, "www"), 0o755); err != nil {
		return err
	}
	os.WriteFile(filepath.Join(s.dir, "www", "page"), []byte(page), 0o644)
	conf := filepath.Join(s.dir, "nginx.conf")
	os.WriteFile(conf, fmt.Appendf(nil, nginxConf, s.dir, port), 0o644)
	server, err := s.serve(port, "nginx", "-p", s.dir, "-c", conf, "-e", filepath.Join(s.dir, "error.log"))
	if err != nil {
		return err
	}
	defer server.kill()
	if err := fetch("http://127.0.0.1:"+port+"/page", page, 10, 200); err != nil {
		return err
	}
	return server.stop(syscall.SIGQUIT, "exit status 0")
}

// fetch has clients get a page over and over and compare it.
func fetch(url, page string, clients, times int) error {
	failures := make(chan error, clients)
	var group sync.WaitGroup
	for range clients {
		group.Go(func() {
			for range times {
				if err := get(url, page); err != nil {
					failures <- err
					return
				}
			}
		})
	}
	group.Wait()
	close(failures)
	return <-failures
}

func get(url, page string) error {
	r, err := http.Get(url)
	if err != nil {
		return err
	}
	defer r.Body.Close()
	if body, err := io.ReadAll(r.Body); err != nil || string(body) != page {
		return fmt.Errorf("%s: %d bytes of %d, %v", url, len(body), len(page), err)
	}
	return nil
}

// postgres refuses to run as root; then it runs as the user that its package made.
func postgres(s *stage) error {
	bin, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil || len(bin) == 0 {
		return fmt.Errorf("postgres is not installed (scripts/setup stress)")
	}
	dir, port := filepath.Join(s.dir, "data"), fixture.FreePort()
	var as []string
	if os.Getuid() == 0 {
		as = []string{"runuser", "-u", "postgres", "--"}
		if err := give(s.dir, "postgres"); err != nil {
			return err
		}
	}
	in := func(program string, args ...string) []string {
		return append(append(as[:len(as):len(as)], filepath.Join(bin[len(bin)-1], program)), args...)
	}
	if out, err := s.client(in("initdb", "-D", dir, "-A", "trust", "-U", "bench", "--no-sync")...); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	server, err := s.serve(port, in("postgres", "-D", dir, "-k", s.dir, "-p", port, "-h", "127.0.0.1")...)
	if err != nil {
		return err
	}
	defer server.kill()
	// It listens before it is ready; until then it turns clients away.
	ready := `until "$0" -q -h 127.0.0.1 -p "$1"; do :; done`
	if out, err := s.client("bash", "-c", ready, in("pg_isready")[len(as)], port); err != nil {
		return fmt.Errorf("pg_isready: %w\n%s", err, out)
	}
	at := []string{"-h", "127.0.0.1", "-p", port, "-U", "bench", "postgres"}
	for _, args := range [][]string{{"-q", "-i", "-s", "1"}, {"-c", "4", "-j", "2", "-t", "100"}} {
		out, err := s.client(in("pgbench", append(args, at...)...)...)
		if err != nil {
			return fmt.Errorf("pgbench: %w\n%s", err, out)
		}
	}
	// The server is asked through its own tool, since runuser stands between it and the tracer.
	if out, err := s.client(in("pg_ctl", "-D", dir, "-m", "fast", "-w", "stop")...); err != nil {
		return fmt.Errorf("pg_ctl: %w\n%s", err, out)
	}
	return server.stop(0, "exit status 0")
}

// give makes a user the owner of a directory.
func give(dir, name string) error {
	u, err := user.Lookup(name)
	if err != nil {
		return err
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	return os.Chown(dir, uid, gid)
}

// A server is a traced program that serves.
type server struct {
	cmd  *exec.Cmd
	said bytes.Buffer
}

// serve starts a program under the tracer and waits until it takes connections.
func (s *stage) serve(port string, args ...string) (*server, error) {
	argv := s.trace(args...)
	server := &server{cmd: exec.CommandContext(s, argv[0], argv[1:]...)}
	server.cmd.Dir, server.cmd.Stdout, server.cmd.Stderr = s.dir, &server.said, &server.said
	server.cmd.WaitDelay = time.Second
	if err := server.cmd.Start(); err != nil {
		return nil, err
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for range 1500 {
		if c, err := net.Dial("tcp", "127.0.0.1:"+port); err == nil {
			return server, c.Close()
		}
		<-tick.C
	}
	server.kill()
	return nil, fmt.Errorf("%v does not serve:\n%s", argv, server.said.String())
}

// stop signals the traced program, unless it has been told otherwise, and checks how the tracer ends.
func (v *server) stop(sig syscall.Signal, want string) error {
	if sig != 0 {
		for _, pid := range children(v.cmd.Process.Pid) {
			syscall.Kill(pid, sig)
		}
	}
	end := "exit status 0"
	if err := v.cmd.Wait(); err != nil {
		end = err.Error()
	}
	if end != want {
		return fmt.Errorf("the server: %s, want %s\n%s", end, want, v.said.String())
	}
	return nil
}

// kill ends a server that a failed check left behind, traced processes first.
func (v *server) kill() {
	if v.cmd.ProcessState == nil {
		for _, pid := range children(v.cmd.Process.Pid) {
			syscall.Kill(pid, syscall.SIGKILL)
		}
		v.cmd.Process.Kill()
		v.cmd.Wait()
	}
}

// children lists the children of a process, of all its threads.
func children(pid int) (pids []int) {
	files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, file := range files {
		text, _ := os.ReadFile(file)
		for _, word := range strings.Fields(string(text)) {
			child, _ := strconv.Atoi(word)
			pids = append(pids, child)
		}
	}
	return pids
}

func (s *stage) client(args ...string) (string, error) {
	cmd := exec.CommandContext(s, args[0], args[1:]...)
	cmd.Dir = s.dir
	out, err := cmd.CombinedOutput()
	return string(out), err
}
