// detours: ways to go that are no calls. Contexts that give way to each other, jumps out of deep
// calls and out of handlers on another stack, threads that are cancelled or just begin, children
// of vfork, raw system calls and the vDSO.
#define _GNU_SOURCE
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#define APART __attribute__((noinline, noclone))

static volatile unsigned sink;

APART static int work(int n)
{
	for (int i = 0; i < 200; i++) sink = sink * 1664525 + n; // one line: gdb tells others in loops
	return sink & 1;
}

enum { contexts = 6, stack_size = 1 << 16 };
static ucontext_t first, context[contexts];
static int current;

APART static void give_way(void)
{
	int mine = current;
	current = (current + 1) % contexts;
	work(mine);
	swapcontext(&context[mine], &context[current]);
	work(mine);
}

APART static int walk(int n)
{
	if (n == 0)
		give_way();
	return n == 0 ? 1 : walk(n - 1) + work(n);
}

static void stroll(int n)
{
	for (;;)
		walk(3 * n + 1);
}

static void *walkers(void *arg)
{
	for (int i = 0; i < contexts; i++) {
		getcontext(&context[i]);
		context[i].uc_stack = (stack_t){.ss_sp = malloc(stack_size), .ss_size = stack_size};
		makecontext(&context[i], (void (*)(void))stroll, 1, i);
	}
	swapcontext(&first, &context[0]);
	return arg;
}

static jmp_buf start;
static sigjmp_buf ground;

APART static int climb(int n)
{
	if (n == 0)
		longjmp(start, 1);
	return climb(n - 1) + work(n);
}

static void fall(int sig)
{
	work(sig);
	siglongjmp(ground, 1);
}

static void *climbers(void *arg)
{
	stack_t other = {.ss_sp = malloc(2 * stack_size), .ss_size = 2 * stack_size};
	sigaltstack(&other, 0);
	for (;;) {
		if (!setjmp(start))
			climb(20);
		if (!sigsetjmp(ground, 1))
			*(volatile int *)8 = 1;
	}
	return arg;
}

APART static int call(int n)
{
	if (n > 0)
		return call(n - 1) + 1;
#ifdef __i386__
	int result;
	__asm__ volatile("int $0x80" : "=a"(result) : "0"(SYS_getpid) : "memory");
	return result;
#else
	return syscall(SYS_getpid);
#endif
}

static void *callers(void *arg)
{
	struct timespec now;
	for (;;) {
		call(5);
		for (int i = 0; i < 100; i++)
			clock_gettime(CLOCK_MONOTONIC, &now);
	}
	return arg;
}

static void clean_up(void *arg) { work(arg != 0); }

static void *runaway(void *arg)
{
	pthread_cleanup_push(clean_up, arg);
	for (;;) {
		work(1);
		pthread_testcancel();
	}
	pthread_cleanup_pop(1);
	return arg;
}

static void *catchers(void *arg)
{
	for (;;) {
		pthread_t thread;
		pthread_create(&thread, 0, runaway, 0);
		pthread_cancel(thread);
		pthread_join(thread, 0);
	}
	return arg;
}

static void *parents(void *arg)
{
	for (;;) {
		pid_t child = vfork();
		if (child == 0) {
			usleep(500);
			_exit(0);
		}
		waitpid(child, 0, 0);
	}
	return arg;
}

int main(void)
{
	void *(*all[])(void *) = {climbers, callers, catchers, parents, walkers};
	unsigned count = sizeof all / sizeof *all;
#ifdef __i386__
	count--; // glibc's table for swapcontext is wrong there
#endif
	struct sigaction action = {.sa_handler = fall, .sa_flags = SA_ONSTACK | SA_NODEFER};
	sigaction(SIGSEGV, &action, 0);
	for (unsigned i = 0; i < count; i++) {
		pthread_t thread;
		pthread_create(&thread, 0, all[i], 0);
	}
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}
