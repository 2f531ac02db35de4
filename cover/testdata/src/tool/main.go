package main

import "fmt"

// A Stack holds things.
type Stack[T any] struct{ all []T }

// Push puts one on top.
func (s *Stack[T]) Push(t T) {
	s.all = append(s.all, t)
}

func unused() string {
	return `raw "text"
over lines`
}

func main() {
	var s Stack[int]
	for i := range 3 {
		s.Push(i)
	}
	if len(s.all) == 3 {
		fmt.Println("three", '3', 0x3)
	} else {
		fmt.Println(unused())
	}
}
