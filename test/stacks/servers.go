package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/trapline/trapline/internal/fixture"
)

// servers are looked at while clients put load on them.
var servers = []subject{
	{name: "redis idle", idle: true, needs: "redis-server", start: redis},
	{name: "redis loaded", needs: "redis-server", start: loadedRedis},
	{name: "nginx", needs: "nginx", start: nginx},
	{name: "postgres", needs: "psql", start: postgres},
}

func redis(s *stage) ([]int, error) {
	pid, _, err := s.redis()
	return []int{pid}, err
}

func loadedRedis(s *stage) ([]int, error) {
	pid, port, err := s.redis()
	if err != nil {
		return nil, err
	}
	_, err = s.start(nil, "redis-benchmark", "-h", "127.0.0.1", "-p", port, "-q", "-l", "-c", "20", "-t", "set,get,lpush,lrange_100,mset")
	return []int{pid}, err
}

func (s *stage) redis() (pid int, port string, err error) {
	port = fixture.FreePort()
	cmd, err := s.start(nil, "redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", s.dir, "--io-threads", "2")
	if err != nil {
		return 0, "", err
	}
	return cmd.Process.Pid, port, s.serving(port)
}

const nginxConf = `
daemon off; worker_processes 2; pid %[1]s/pid; error_log %[1]s/error.log; user %[3]s;
events { worker_connections 64; }
http { access_log off; gzip on; gzip_types *; client_body_temp_path %[1]s/body; proxy_temp_path %[1]s/proxy;
fastcgi_temp_path %[1]s/fastcgi; uwsgi_temp_path %[1]s/uwsgi; scgi_temp_path %[1]s/scgi;
server { listen 127.0.0.1:%[2]s; location / { root %[1]s; } } }`

func nginx(s *stage) ([]int, error) {
	port, conf := fixture.FreePort(), filepath.Join(s.dir, "nginx.conf")
	page := strings.Repeat("trapline stack ", 5000)
	if err := os.WriteFile(filepath.Join(s.dir, "page"), []byte(page), 0o644); err != nil {
		return nil, err
	}
	if err := os.WriteFile(conf, fmt.Appendf(nil, nginxConf, s.dir, port, "nobody nogroup"), 0o644); err != nil {
		return nil, err
	}
	cmd, err := s.start(nil, "nginx", "-p", s.dir, "-c", conf, "-e", filepath.Join(s.dir, "error.log"))
	if err != nil {
		return nil, err
	}
	if err := s.serving(port); err != nil {
		return nil, err
	}
	for range 4 {
		go s.fetch("http://127.0.0.1:" + port + "/page")
	}
	return append(children(cmd.Process.Pid), cmd.Process.Pid), nil
}

// fetch gets a page over and over until the stage ends.
func (s *stage) fetch(url string) {
	for s.Err() == nil {
		request, err := http.NewRequestWithContext(s, http.MethodGet, url, nil)
		if err != nil {
			return
		}
		if answer, err := http.DefaultClient.Do(request); err == nil {
			io.Copy(io.Discard, answer.Body)
			answer.Body.Close()
		}
	}
}

// postgres refuses to run as root: then it runs as the user that its package made.
func postgres(s *stage) ([]int, error) {
	bin, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil || len(bin) == 0 {
		return nil, need("postgres")
	}
	in := func(program string) string { return filepath.Join(bin[len(bin)-1], program) }
	port := fixture.FreePort()
	at := []string{"-h", "127.0.0.1", "-p", port, "-U", "stacks", "postgres"}
	server, err := s.database(in, port)
	if err != nil {
		return nil, err
	}
	if err := s.until(append([]string{in("pg_isready"), "-q"}, at[:4]...)...); err != nil {
		return nil, err
	}
	if err := s.run(append([]string{in("pgbench"), "-q", "-i", "-s", "1"}, at...)...); err != nil {
		return nil, err
	}
	idle := len(children(server))
	_, err = s.start(nil, append([]string{in("pgbench"), "-c", "3", "-j", "1", "-T", "100000"}, at...)...)
	for err == nil && s.Err() == nil && len(children(server)) < idle+3 {
		time.Sleep(20 * time.Millisecond)
	}
	return append(children(server), server), err
}

// database makes a database and starts its server.
func (s *stage) database(in func(string) string, port string) (pid int, err error) {
	data := filepath.Join(s.dir, "data")
	if err := s.become("postgres"); err != nil {
		return 0, err
	}
	if err := s.run(in("initdb"), "-D", data, "-A", "trust", "-U", "stacks", "--no-sync"); err != nil {
		return 0, err
	}
	cmd, err := s.start(nil, in("postgres"), "-D", data, "-k", s.dir, "-p", port, "-h", "127.0.0.1")
	if err != nil {
		return 0, err
	}
	return cmd.Process.Pid, nil
}

// serving waits until somebody listens on a port.
func (s *stage) serving(port string) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		c, err := net.Dial("tcp", "127.0.0.1:"+port)
		if err == nil {
			return c.Close()
		}
		select {
		case <-s.Done():
			return err
		case <-tick.C:
		}
	}
}

// children lists the children of a process.
func children(pid int) (pids []int) {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	for _, word := range strings.Fields(string(text)) {
		if child, err := strconv.Atoi(word); err == nil {
			pids = append(pids, child)
		}
	}
	return pids
}
