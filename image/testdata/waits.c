// waits: has names of every binding, and waits for its input to end.
#include <stdio.h>

__attribute__((noinline, used)) static int hidden(int n) { return n * 3 + 1; }
__attribute__((noinline, weak)) int weakly(int n) { return hidden(n) + 2; }
__attribute__((noinline, used)) int shown(int n) { return weakly(n) * 5; }

// Of several names a debugger has the last by the alphabet.
int showing(int n) __attribute__((alias("shown")));
int a_show(int n) __attribute__((alias("shown")));

int main(void)
{
	puts("waits: ready");
	fflush(stdout);
	while (getchar() != EOF)
		;
	return shown(1) == 0;
}
