//go:build ignore

// Guest is Go that a program of another language loads and calls from its threads.
package main

import "C"

import (
	"runtime"
	"strings"
)

// Visit goes down and lets another goroutine do the work.
//
//export Visit
func Visit(depth C.int) C.int {
	if depth > 0 {
		return Visit(depth-1) + 1
	}
	words := map[string]int{}
	text := strings.Repeat("trapline ", 30)
	for i := range text {
		words[text[i:]] = i
	}
	runtime.Gosched()
	done := make(chan int)
	go func() { done <- len(words) }()
	return C.int(<-done)
}

func main() {}
