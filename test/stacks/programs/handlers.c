// handlers: a busy loop that a timer interrupts anywhere; handlers run on the alternate stack, a
// second kind on top of the first, and compute, so that stops find them there.
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#define APART __attribute__((noinline, noclone))

static volatile unsigned long sink;
static char other[1 << 16];

APART static void work(int n)
{
	for (int i = 0; i < n; i++)
		sink += i * sink;
}

static void inner(int sig)
{
	work(30000);
	sink += sig;
}

static void outer(int sig, siginfo_t *info, void *context)
{
	work(30000);
	raise(SIGUSR1);
	sink += sig + (info == context);
}

APART static int leaf(int n) { return n * 3; }
APART static int branch(int n) { return leaf(n) + leaf(n + 1); }

static void on(int sig, int flags, void (*handler)(int, siginfo_t *, void *))
{
	struct sigaction action = {.sa_sigaction = handler, .sa_flags = flags};
	sigaction(sig, &action, 0);
}

int main(void)
{
	stack_t stack = {.ss_sp = other, .ss_size = sizeof other};
	sigaltstack(&stack, 0);
	on(SIGALRM, SA_SIGINFO | SA_ONSTACK | SA_RESTART, outer);
	on(SIGUSR1, 0, (void (*)(int, siginfo_t *, void *))inner);
	struct itimerval often = {{0, 500}, {0, 500}};
	setitimer(ITIMER_REAL, &often, 0);
	puts("ready");
	fflush(stdout);
	for (int n = 0;; n++) {
		char text[100];
		memset(text, n, sizeof text);
		sink += branch(n) + text[n % 100] + getppid();
	}
}
