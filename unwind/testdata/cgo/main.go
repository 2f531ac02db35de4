// Go that calls C that calls Go, threads that C makes, and signals in C.
package main

/*
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

extern int carry(int depth);
extern int linger(void);

static __attribute__((noinline)) int fetch(void) { return linger() + 1; }

static __attribute__((noinline)) int rest(void)
{
	char c;
	return read(0, &c, 1);
}

static __attribute__((noinline)) int mill(int depth)
{
	return (depth > 0 ? carry(depth) : rest()) + 1;
}

static __attribute__((noinline)) int brief(int depth)
{
	return (depth > 0 ? carry(-depth) : 0) + 1;
}

static void *thread(void *depth)
{
	return (void *)(mill((long)depth) + 1L);
}

static void *passing(void *depth)
{
	return (void *)(long)brief((long)depth);
}

static int born(void *(*start)(void *), long depth)
{
	pthread_t t;
	return pthread_create(&t, 0, start, (void *)depth);
}

static int millThread(int depth) { return born(thread, depth); }

static int briefThread(int depth)
{
	pthread_t t;
	void *result;
	return pthread_create(&t, 0, passing, (void *)(long)depth) + pthread_join(t, &result);
}

static void caught(int sig) { rest(); }

static __attribute__((noinline)) int interrupted(void)
{
	static char stack[1 << 16];
	stack_t aside = {.ss_sp = stack, .ss_size = sizeof stack}, before;
	struct sigaction a = {.sa_handler = caught, .sa_flags = SA_ONSTACK};
	sigaltstack(&aside, &before);
	sigaction(SIGUSR2, &a, 0);
	return raise(SIGUSR2) + 1;
}
*/
import "C"

import (
	"fmt"
	"os"
	"runtime"
	"syscall"
)

//export carry
func carry(depth C.int) C.int { return onward(depth) }

//go:noinline
func onward(depth C.int) C.int {
	if depth < 0 {
		return C.brief(-depth-1) + 1
	}
	return C.mill(depth-1) + 1
}

//export linger
func linger() C.int {
	n, _ := syscall.Read(0, make([]byte, 1))
	return C.int(n)
}

var shapes = map[string]func(){
	"chain":  func() { onward(3) },
	"thread": func() { C.millThread(2); select {} },
	"back":   func() { C.fetch() },
	"signal": func() { C.interrupted() },
	"busy": func() {
		for {
			onward(-3)
			C.briefThread(2)
			runtime.Gosched()
		}
	},
}

func main() {
	fmt.Println("ready")
	shapes[os.Args[1]]()
}
