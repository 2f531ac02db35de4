// Inlined calls in each other, a part that is split off as cold, and loops.
#include <stdio.h>
#include <stdlib.h>

static inline __attribute__((always_inline)) int square(int n)
{
	return n * n + (n >> 1);
}

static inline __attribute__((always_inline)) int both(int n)
{
	if (n > 3)
		return square(n) + square(n + 1);
	return square(n);
}

static __attribute__((noinline)) int work(int n, char **v)
{
	int sum = 0;
	for (int i = 0; i < n; i++) {
		sum += both(i);
		if (__builtin_expect(sum == 77777, 0)) {
			fprintf(stderr, "%s\n", v[0]);
			abort();
		}
	}
	return sum;
}

static int compare(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

int main(int c, char **v)
{
	int a[4] = {3, c, 2, 1};
	qsort(a, 4, sizeof a[0], compare);
	printf("%d %d\n", work(c * 10, v), both(a[c & 3]));
	return 0;
}
