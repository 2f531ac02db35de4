// marks: makes a call that is known by its argument, mark(N), with a stack of a known shape. The
// argument names what happens before. The test knows the functions that lead to each mark.
#include <dlfcn.h>
#include <err.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define CALL __attribute__((noinline, noclone))
#define STAY __asm__ volatile("" ::: "memory") // what was called is no tail call

static char *self;

CALL void mark(int n) { close(-1000 - n); STAY; }

// forked: a child has what its parent has.
CALL void forked(void)
{
	mark(1);
	pid_t child = fork();
	if (child == 0) {
		mark(2);
		_exit(0);
	}
	waitpid(child, NULL, 0);
	mark(3);
	STAY;
}

CALL void vforked(void)
{
	pid_t child = vfork();
	if (child == 0) {
		mark(1);
		_exit(0);
	}
	waitpid(child, NULL, 0);
	mark(2);
	STAY;
}

// execed: the new program's mappings are others.
CALL void execed(void)
{
	mark(1);
	execl(self, self, "fresh", NULL);
}

static char *libraries[2];

// replaced: another program's code lies at the same addresses.
CALL void replaced(void)
{
	mark(1);
	execl(libraries[0], libraries[0], "fresh", NULL);
}

CALL void fresh(void) { mark(2); STAY; }

CALL void handle(int sig) { mark(sig == SIGUSR1 ? 1 : 2); STAY; }

CALL void signalled(void)
{
	signal(SIGUSR1, handle);
	raise(SIGUSR1);
	STAY;
}

CALL void aside(void)
{
	static char room[1 << 16];
	stack_t stack = { .ss_sp = room, .ss_size = sizeof room };
	struct sigaction act = { .sa_handler = handle, .sa_flags = SA_ONSTACK };
	sigaltstack(&stack, NULL);
	sigaction(SIGUSR2, &act, NULL);
	raise(SIGUSR2);
	STAY;
}

static pthread_barrier_t gate;

CALL void worker(int n) { mark(n); STAY; }

CALL void *odd(void *n) { pthread_barrier_wait(&gate); worker((intptr_t)n); STAY; return NULL; }
CALL void *even(void *n) { pthread_barrier_wait(&gate); worker((intptr_t)n); STAY; return NULL; }

CALL void threads(void)
{
	pthread_t all[8];
	pthread_barrier_init(&gate, NULL, 8);
	for (intptr_t n = 0; n < 8; n++)
		pthread_create(&all[n], NULL, n % 2 ? odd : even, (void *)n);
	for (int n = 0; n < 8; n++)
		pthread_join(all[n], NULL);
	STAY;
}

CALL void *survivor(void *leader)
{
	pthread_join(*(pthread_t *)leader, NULL);
	mark(1);
	exit(0);
}

// leaderless: nothing is mapped in /proc/PID/maps when the leader has ended.
CALL void leaderless(void)
{
	static pthread_t leader, other;
	leader = pthread_self();
	pthread_create(&other, NULL, survivor, &leader);
	pthread_exit(NULL);
}

// Code that has no file: it calls what its argument points to.
#ifdef __x86_64__
static const unsigned char code[] = { 0x55, 0x48, 0x89, 0xe5, 0xff, 0xd7, 0x5d, 0xc3 };
#else
static const unsigned char code[] = { 0x55, 0x89, 0xe5, 0xff, 0x55, 0x08, 0x5d, 0xc3 };
#endif

CALL void made(void) { mark(1); STAY; }

CALL void jit(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	memcpy(page, code, sizeof code);
	mprotect(page, 4096, PROT_READ | PROT_EXEC);
	((void (*)(void (*)(void)))page)(made);
	STAY;
}

// A library that is the same but for the name of its function, so that it fits into the place of
// another.
static void *fixed;
static size_t room;

static void place(const char *file)
{
	FILE *f = fopen(file, "r");
	if (f == NULL || fseek(f, 0, SEEK_END) != 0)
		err(1, "%s", file);
	room = (ftell(f) + 4095) & ~4095ul;
	void *got = mmap(fixed, room, PROT_READ | PROT_EXEC, MAP_PRIVATE | (fixed ? MAP_FIXED : 0), fileno(f), 0);
	if (got == MAP_FAILED)
		err(1, "mmap");
	fixed = got;
	fclose(f);
}

static long offset;

CALL void call(void (*mark)(int), int n) { ((void (*)(void (*)(int), int))((char *)fixed + offset))(mark, n); STAY; }
CALL void library(int n) { call(mark, n); STAY; }

CALL void pulled(int n)
{
	munmap(fixed, room);
	mark(n);
	exit(0);
}

// mapped: the same address is another file's code, by each call that can do that.
CALL void mapped(void)
{
	place(libraries[0]);
	library(1);
	munmap(fixed, room);
	place(libraries[1]);
	library(2);
	place(libraries[0]);
	library(3);
	void *here = fixed;
	fixed = NULL;
	place(libraries[1]);
	library(4);
	mremap(fixed, room, room, MREMAP_MAYMOVE | MREMAP_FIXED, here);
	fixed = here;
	library(5);
	call(pulled, 6);
}

static int stranger(void *unused)
{
	place(libraries[1]);
	library(2);
	return 0;
}

// shared: another process that has the same memory maps something else.
CALL void shared(void)
{
	static char stack[1 << 16] __attribute__((aligned(16)));
	place(libraries[0]);
	library(1);
	pid_t child = clone(stranger, stack + sizeof stack, CLONE_VM | SIGCHLD, NULL);
	waitpid(child, NULL, 0);
	library(3);
	STAY;
}

CALL void loaded(void)
{
	for (int n = 1; n <= 2; n++) {
		void *handle = dlopen(libraries[n - 1], RTLD_NOW);
		if (handle == NULL)
			errx(1, "%s", dlerror());
		void (*call)(void (*)(int), int) = dlsym(handle, n == 1 ? "first" : "second");
		call(mark, n);
		STAY;
		dlclose(handle);
	}
}

static jmp_buf safe;

CALL void broken(void)
{
	void **frame = __builtin_frame_address(0);
	frame[1] = (void *)0x1234;
	for (int n = 0; n < 100; n++)
		mark(1);
	longjmp(safe, 1);
}

// damaged: the return address leads nowhere.
CALL void damaged(void)
{
	if (setjmp(safe) == 0)
		broken();
	STAY;
}

CALL int deep(int n)
{
	if (n == 0)
		for (int i = 0; i < 300; i++)
			mark(1);
	else
		deep(n - 1);
	STAY;
	return n;
}

CALL void recursive(void) { deep(100); STAY; }

// late: waits to be attached to.
CALL void late(void)
{
	char byte;
	puts("ready");
	fflush(stdout);
	if (read(0, &byte, 1) < 1)
		exit(1);
	mark(1);
	STAY;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} shapes[] = {
		{ "forked", forked }, { "vforked", vforked }, { "execed", execed }, { "fresh", fresh }, { "replaced", replaced },
		{ "signalled", signalled }, { "aside", aside }, { "threads", threads }, { "leaderless", leaderless },
		{ "jit", jit }, { "mapped", mapped }, { "shared", shared }, { "loaded", loaded },
		{ "damaged", damaged }, { "recursive", recursive }, { "late", late },
	};
	self = argv[0];
	if (argc > 4) {
		libraries[0] = argv[2];
		libraries[1] = argv[3];
		offset = atol(argv[4]);
	}
	for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
		if (strcmp(argv[1], shapes[i].name) == 0)
			shapes[i].run();
	STAY;
	return 0;
}
