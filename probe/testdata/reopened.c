// reopened opens two libraries in turn, each where the other has been, and calls through them.
//
// Each call of reopened_hit returns to the same address, in a file that differs.
#include <dlfcn.h>
#include <stdio.h>

int reopened_hit(int n);

#ifdef LIBRARY
int through(int n) { return reopened_hit(n) + LIBRARY; }
#else
__attribute__((noinline)) int reopened_hit(int n) { return 2 * n; }

int main(int argc, char **argv)
{
	void *first = 0;
	for (int i = 0; i < 4; i++) {
		void *m = dlopen(argv[1 + i % 2], RTLD_NOW);
		int (*through)(int) = m ? (int (*)(int))dlsym(m, "through") : 0;
		if (!through)
			return 1;
		if (!first)
			first = through;
		printf("%d %s\n", through(i), first == through ? "there" : "elsewhere");
		dlclose(m);
	}
	return 0;
}
#endif
