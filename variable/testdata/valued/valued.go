// Valued has parameters, variables and results of Go.
package main

import (
	"errors"
	"fmt"
)

type point struct{ x, y int }

type store struct {
	name  string
	items []string
	at    point
	ratio float64
	next  *store
}

// > main.(*store).put: key is "a key" ; n is 42 ; s.name is "shop" ; s.items is {"one", "two"} ; s.items[1] is "two"
// > main.(*store).put: s.at is {x = 3, y = -4} ; s.ratio is 0.5 ; s.next.name is "next" ; key == "a key" is 1 ; n > 41 && s.name != "x" is 1
// < main.(*store).put is 44
//
//go:noinline
func (s *store) put(key string, n int) int { return n + len(s.items) }

// > main.sums: list is {1, 2, 3} ; yes is true ; b is 200 ; r is 955
//
//go:noinline
func sums(list []int, yes bool, b byte, r rune, f float32) (sum int, err error) {
	for _, n := range list {
		sum += n
	}
	if !yes || f > 100 {
		return 0, errors.New("no")
	}
	return sum + int(b) + int(r), nil
}

// < main.half is 0.5
//
//go:noinline
func half(f float64) float64 { return f / 2 }

// < main.text is "a result"
//
//go:noinline
func text() string { return "a result" }

// < main.pair is {x = 8, y = 9}
//
//go:noinline
func pair() point { return point{8, 9} }

// < main.list is {4, 5}
//
//go:noinline
func list() []int { return []int{4, 5} }

type shape interface{ area() float64 }

type square struct{ side float64 }

func (s square) area() float64 { return s.side * s.side }

type labelled struct {
	point
	label string
}

// > main.held: m is {["one"] = 1} ; m["one"] is 1 ; m["two"] is <it has no such element> ; none is 0x0 ; many[250] is 500 ; s is main.square({side = 3}) ; s.side is 3 ; a is int(7) ; e is nil ; e == nil is 1 ; l.x is 8 ; l.label is "l"
//
//go:noinline
func held(m map[string]int, none map[string]int, many map[int]int, s shape, a any, e error, l labelled) int {
	return len(m) + len(none) + len(many) + int(s.area())
}

var kept []*int

//go:noinline
func moved(n int) int {
	far := n * 2
	kept = append(kept, &far)
	return far + n //= far is 42 ; *kept[0] is 42
}

//go:noinline
func call(f func(int) int) int { return f(2) }

func main() {
	s := &store{"shop", []string{"one", "two"}, point{3, -4}, 0.5, &store{name: "next"}}
	sum, err := sums([]int{1, 2, 3}, true, 200, 'λ', 1.5)
	offset := 10
	added := call(func(n int) int {
		return n + offset //= n is 2 ; offset is 10
	})
	many := map[int]int{}
	for i := range 300 {
		many[i] = 2 * i
	}
	fmt.Println(held(map[string]int{"one": 1}, nil, many, square{3}, 7, nil, labelled{point{8, 9}, "l"}), moved(21))
	fmt.Println(s.put("a key", 42), sum, err, half(1), text(), pair(), list(), added)
}
