#pragma once
#include <cstdlib>
template <typename T>
T max(T a, T b) {
	if (a > b)
		return a;
	return b;
}

inline int unused(int x) {
	return x * 2;
}
