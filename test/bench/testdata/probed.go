// Probed calls a function as often as it is told.
package main

import (
	"fmt"
	"os"
	"strconv"
)

//go:noinline
func hit(n int) int { return n + 1 }

func main() {
	calls, _ := strconv.Atoi(os.Args[1])
	sum := 0
	for i := range calls {
		sum = hit(sum) - i%2
	}
	fmt.Println(sum)
}
