// Templates, classes, anonymous namespaces, lambdas, exceptions.
#include <algorithm>
#include <cstdio>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace {
struct Hidden {
	int n;
	__attribute__((noinline)) int get() const { return n + 1; }
};
} // namespace

namespace outer {
namespace inner {
template <typename T> class Box {
public:
	explicit Box(T t) : value(t) {}
	__attribute__((noinline)) T twice() const { return value + value; }
	T operator()(T t) const { return value + t; }
	template <int N> T times() { return value * N; }

private:
	T value;
};
} // namespace inner

__attribute__((noinline)) static int fail(int n)
{
	if (n > 100)
		throw std::runtime_error("large " + std::to_string(n));
	return n;
}
} // namespace outer

int main(int argc, char **argv)
{
	outer::inner::Box<int> box(argc);
	outer::inner::Box<long> large(argc);
	std::map<std::string, std::vector<int>> m;
	for (int i = 0; i < argc; i++)
		m[argv[i]].push_back(box.times<3>() + box(i));
	std::vector<int> v{3, 1, argc};
	std::sort(v.begin(), v.end(), [argc](int a, int b) { return (a ^ argc) < b; });
	try {
		outer::fail(box.twice() * v[0]);
	} catch (const std::exception &e) {
		std::puts(e.what());
	}
	Hidden h{argc};
	return static_cast<int>(large.twice()) + h.get() + static_cast<int>(m.size());
}
