// waiting N: N threads that wait, each below a few calls, and the main thread beside them.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define APART __attribute__((noinline, noclone))

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t all;

APART static int wait_for(int n)
{
	if (n > 0)
		return wait_for(n - 1) + n;
	pthread_barrier_wait(&all);
	pthread_mutex_lock(&lock);
	pthread_cond_wait(&never, &lock);
	return n;
}

static void *one(void *depth)
{
	return (void *)(long)wait_for((long)depth);
}

int main(int argc, char **argv)
{
	long n = argc > 1 ? atoi(argv[1]) : 10;
	pthread_attr_t small;
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 1 << 16);
	pthread_barrier_init(&all, 0, n + 1);
	for (long i = 0; i < n; i++) {
		pthread_t thread;
		pthread_create(&thread, &small, one, (void *)(i % 8));
	}
	pthread_barrier_wait(&all);
	puts("ready");
	fflush(stdout);
	pause();
}
