// stacks: stands still with a stack of a known shape. The argument names the shape. The test knows
// the chain of this program's functions that an unwinder has to find.
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CALL __attribute__((noinline, noclone))
#define STAY __asm__ volatile("" ::: "memory") // what was called is no tail call

CALL void stand(void)
{
	puts("standing");
	fflush(stdout);
	for (;;)
		pause();
}

CALL void plain(void) { stand(); STAY; }

CALL int deep(int n)
{
	volatile char room[64];
	room[n % 64] = n;
	if (n == 0)
		stand();
	else
		deep(n - 1);
	STAY;
	return room[n % 64];
}

// Its size is not known when it is compiled: it needs a frame pointer.
CALL int varying(int n)
{
	volatile char room[n];
	room[0] = n;
	stand();
	STAY;
	return room[n / 2];
}

CALL void handle(int sig) { stand(); STAY; }
CALL void inner(int sig) { raise(SIGUSR2); STAY; }
CALL void interrupted(int sig) { raise(sig); STAY; }

static void on(int sig, void (*handler)(int), int flags)
{
	struct sigaction act = { .sa_handler = handler, .sa_flags = flags };
	sigaction(sig, &act, NULL);
}

CALL void signalled(void)
{
	on(SIGUSR1, handle, 0);
	interrupted(SIGUSR1);
	STAY;
}

CALL void informed(void)
{
	on(SIGUSR1, handle, SA_SIGINFO);
	interrupted(SIGUSR1);
	STAY;
}

CALL void aside(void)
{
	static char room[1 << 16];
	stack_t stack = { .ss_sp = room, .ss_size = sizeof room };
	sigaltstack(&stack, NULL);
	on(SIGUSR1, handle, SA_ONSTACK);
	interrupted(SIGUSR1);
	STAY;
}

CALL void nested(void)
{
	on(SIGUSR1, inner, 0);
	on(SIGUSR2, handle, 0);
	interrupted(SIGUSR1);
	STAY;
}

// The call of abort is the last instruction: the return address is the next function's.
CALL __attribute__((noreturn)) void last(void) { abort(); }

CALL void aborted(void)
{
	on(SIGABRT, handle, 0);
	last();
}

CALL void lost(void (*f)(void)) { f(); STAY; }

CALL void null(void)
{
	on(SIGSEGV, handle, 0);
	lost(NULL);
	STAY;
}

// A fault at the first instruction of a function: the address looked up is the instruction's own.
CALL void faulty(void);
__asm__(".pushsection .text\n"
	".type faulty, @function\n"
	"faulty: .cfi_startproc\n"
	"	ud2\n"
	".cfi_endproc\n"
	".size faulty, . - faulty\n"
	".popsection");

CALL void faulted(void)
{
	on(SIGILL, handle, 0);
	faulty();
	STAY;
}

static void *thread(void *arg) { stand(); return arg; }

CALL void threaded(void)
{
	pthread_t t;
	pthread_create(&t, NULL, thread, NULL);
	pthread_join(t, NULL);
	STAY;
}

// Signals that return as a program without the C library's help arranges it.
#ifdef __x86_64__
void bare_restorer(void);
__asm__(".pushsection .text\n"
	"	nop\n"
	".type bare_restorer, @function\n"
	"bare_restorer: mov $15,%rax\n"
	"	syscall\n"
	".size bare_restorer, . - bare_restorer\n"
	".popsection");
#else
void bare_restorer(void);
__asm__(".pushsection .text\n"
	"	nop\n"
	".type bare_restorer, @function\n"
	"bare_restorer: pop %eax\n"
	"	mov $119,%eax\n"
	"	int $0x80\n"
	".size bare_restorer, . - bare_restorer\n"
	".popsection");
#endif

CALL void bare(void)
{
	struct {
		void (*handler)(int);
		unsigned long flags;
		void (*restorer)(void);
		unsigned long mask[2];
	} act = { handle, 0x04000000, bare_restorer, { 0, 0 } };
	syscall(SYS_rt_sigaction, SIGUSR1, &act, NULL, 8);
	interrupted(SIGUSR1);
	STAY;
}

int main(int argc, char **argv)
{
	const char *shape = argc > 1 ? argv[1] : "";
	if (!strcmp(shape, "plain")) plain();
	if (!strcmp(shape, "deep")) deep(1000);
	if (!strcmp(shape, "varying")) varying(1000);
	if (!strcmp(shape, "signalled")) signalled();
	if (!strcmp(shape, "informed")) informed();
	if (!strcmp(shape, "aside")) aside();
	if (!strcmp(shape, "nested")) nested();
	if (!strcmp(shape, "aborted")) aborted();
	if (!strcmp(shape, "null")) null();
	if (!strcmp(shape, "faulted")) faulted();
	if (!strcmp(shape, "threaded")) threaded();
	if (!strcmp(shape, "bare")) bare();
	return 2;
}
