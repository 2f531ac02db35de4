// workshop: threads that throw and catch, call through virtual functions, templates, lambdas and
// std::function, sort, and wait for each other.
#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <regex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace workshop {

static volatile unsigned long sink;

struct Tool {
	virtual ~Tool() = default;
	virtual int use(int n) const = 0;
};

template <typename T> struct Hammer : Tool {
	[[gnu::noinline]] int use(int n) const override
	{
		if (n % 3 == 0)
			throw std::runtime_error("the nail is bent " + std::to_string(n));
		return static_cast<T>(n) * 2;
	}
};

namespace {
struct Saw : Tool {
	[[gnu::noinline]] int use(int n) const override
	{
		std::vector<std::string> planks;
		for (int i = 0; i < 20; i++)
			planks.push_back("plank " + std::to_string((i * 7 + n) % 20));
		std::sort(planks.begin(), planks.end(), [](auto &a, auto &b) { sink = sink + 1; return a > b; });
		return planks.front().size();
	}
};
}

struct Guard {
	int n;
	[[gnu::noinline]] ~Guard() { sink = sink + n; }
};

inline int measure(int n) { return n * 3 + sink % 7; }
inline int cut(int n)
{
	for (int i = 0; i < 50; i++)
		sink = sink + measure(n + i);
	return sink % 100;
}

class Bench {
	std::map<int, std::unique_ptr<Tool>> tools;
	std::function<int(int)> plan;

public:
	Bench()
	{
		tools[0] = std::make_unique<Hammer<int>>();
		tools[1] = std::make_unique<Hammer<double>>();
		tools[2] = std::make_unique<Saw>();
		plan = [this](int n) { return tools.at(n % 3)->use(n) + cut(n); };
	}
	[[gnu::noinline]] int operator()(int n)
	{
		Guard guard{n};
		try {
			return plan(n);
		} catch (const std::exception &e) {
			return std::string(e.what()).size();
		}
	}
};

template <typename... Args> [[gnu::noinline]] int expression(Args... args)
{
	static const std::regex number("([a-z]+) ([0-9]+)");
	std::smatch match;
	std::string text = "plank " + std::to_string((args + ... + 0));
	return std::regex_match(text, match, number) ? match[2].length() : 0;
}

static std::mutex door;
static std::condition_variable bell;

[[gnu::noinline]] static void wait()
{
	std::unique_lock<std::mutex> inside(door);
	bell.wait(inside, [] { return sink == 1; });
}

[[gnu::noinline]] static void work(int from)
{
	Bench bench;
	for (int n = from;; n++)
		sink = sink + bench(n) + expression(n, 1L, 'c');
}

}

int main()
{
	std::vector<std::thread> threads;
	for (int i = 0; i < 3; i++)
		threads.emplace_back(workshop::work, i * 1000);
	for (int i = 0; i < 3; i++)
		threads.emplace_back([] { workshop::wait(); });
	std::puts("ready");
	std::fflush(stdout);
	workshop::work(0);
}
