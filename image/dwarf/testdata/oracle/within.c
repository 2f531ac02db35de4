// Functions in functions, which gcc has: their code is not in that of the one around them.
#include <stdio.h>

static int apply(int (*f)(int), int n)
{
	return f(n) + f(n + 1);
}

static __attribute__((noinline)) int outer(int a)
{
	__attribute__((noinline)) int inner(int b)
	{
		__attribute__((noinline)) int innermost(int c)
		{
			return printf("%d\n", a + b + c);
		}
		return apply(innermost, b) + a;
	}
	return apply(inner, a);
}

int main(int c, char **v)
{
	return outer(c) + v[0][0];
}
