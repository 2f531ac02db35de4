#include "pool/max.h"
#include <cstdio>

/* A queue of numbers:
   the largest comes first. */
class Queue {
public:
	explicit Queue(int size) : size_(size) {}

	int take(bool wait) {
		if (size_ == 0 && !wait)
			return -1;
		for (int i = 0; i < size_; i++)
			sum_ += i;
		const char *text = R"x(a "raw" /* string */)x";
		std::printf("%s <b>&amp;\n", text);
		return max(size_, sum_);
	}

	void fail() {
		abort(); // LCOV_EXCL_LINE
	}

private:
	int size_, sum_ = 0;
};

// LCOV_EXCL_START
static void debug(const Queue &) {
	puts("debug");
}
// LCOV_EXCL_STOP

int main(int argc, char **) {
	Queue q(argc);
	if (argc > 3 || argc < 0) { // GCOVR_EXCL_BR_LINE
		q.fail();
		return 1;
	}
	return q.take('\x41' > 0x40) == 1'000 ? 1 : 0;
}
