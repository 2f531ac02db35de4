//go:build ignore

// Mixed is Go that calls C that calls Go that calls C, where it computes or sleeps: build it with
// go build mixed.go, which needs gcc.
package main

/*
#include <math.h>
#include <time.h>

extern int weigh(int depth);
static volatile double sink;

static __attribute__((noinline)) void grind(int n)
{
	for (int i = 1; i < n; i++)
		sink += 1.0 / (i + sink);
}

static __attribute__((noinline)) void rest(void)
{
	struct timespec moment = {0, 300000};
	nanosleep(&moment, 0);
}

static __attribute__((noinline)) int mill(int depth)
{
	if (depth > 0)
		return weigh(depth) + 1;
	grind(20000);
	rest();
	return 0;
}
*/
import "C"

import "fmt"

//export weigh
func weigh(depth C.int) C.int { return carry(depth - 1) }

//go:noinline
func carry(depth C.int) C.int { return C.mill(depth) + 1 }

func mill(depth C.int) {
	for {
		carry(depth)
	}
}

func main() {
	for i := range 3 {
		go mill(C.int(i))
	}
	fmt.Println("ready")
	mill(1)
}
