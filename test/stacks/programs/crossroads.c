// crossroads: calls of every kind from a loop that never ends: through the PLT, by pointer, tail
// calls, callbacks of libc, deep recursion, a buffer of variable length, an aligned frame, from a
// function that does not return. With an argument, so many threads do so.
#include <alloca.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define APART __attribute__((noinline, noclone))

static volatile unsigned long sink;
static __thread jmp_buf home;

APART static int compare(const void *a, const void *b)
{
	sink++;
	return *(const int *)a - *(const int *)b;
}

APART static void sorted(int n)
{
	int numbers[64];
	for (int i = 0; i < 64; i++)
		numbers[i] = (i * 37 + n) % 64;
	qsort(numbers, 64, sizeof *numbers, compare);
	sink += numbers[n % 64];
}

APART static void plt(int n)
{
	char text[64];
	snprintf(text, sizeof text, "%d %s %g", n, "crossroads", n / 3.0);
	sink += strlen(text) + strtol(text, 0, 10);
	free(malloc(n % 1000 + 1));
}

APART static int deep(int n)
{
	return n > 0 ? deep(n - 1) * 3 + n : (int)sink;
}

APART static void last(int n) { sink += n; }
APART static void tail(int n)
{
	sink ^= n;
	return last(n + 1);
}

APART static void variable(int n)
{
	char *text = alloca(n % 500 + 16);
	memset(text, n, n % 500 + 16);
	sink += text[n % 16];
	tail(n);
}

APART static void aligned(int n)
{
	_Alignas(64) char text[128];
	memset(text, n, sizeof text);
	sink += text[n % 128];
	variable(n);
}

APART static double many(double a, double b, long c, long d, long e, long f, long g, long h, long i)
{
	sink += c + d + e + f + g + h + i;
	return a * b;
}

APART static void spilled(int n) { sink += many(n, 2.5, 1, n, 3, n, 5, n, 7); }

APART __attribute__((noreturn)) static void away(int n)
{
	sink += n;
	longjmp(home, 1);
}

APART static void jumps(int n)
{
	if (!setjmp(home))
		away(n);
}

APART static void kernel(int n)
{
	struct timespec moment = {0, 1000};
	if (n % 64 == 0)
		nanosleep(&moment, 0);
	else if (n % 8 == 0)
		sink += getppid();
	clock_gettime(CLOCK_MONOTONIC, &moment);
	sink += moment.tv_nsec;
}

APART static void descent(int n) { sink += deep(n % 200); }

static void (*const ways[])(int) = {sorted, plt, descent, tail, aligned, spilled, jumps, kernel};

APART __attribute__((noreturn)) static void *walk(void *from)
{
	for (unsigned n = (unsigned long)from;; n++)
		ways[n % (sizeof ways / sizeof *ways)]((int)(n % 1000003));
}

int main(int argc, char **argv)
{
	pthread_t thread;
	for (long i = 1; argc > 1 && i < atoi(argv[1]); i++)
		pthread_create(&thread, 0, walk, (void *)i);
	puts("ready");
	fflush(stdout);
	walk(0);
}
