// coroutines: tasks that wait for each other and generators within generators, which throw.
#include <coroutine>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <thread>
#include <utility>

namespace {

volatile unsigned sink;

[[gnu::noinline]] unsigned work(unsigned n)
{
	for (int i = 0; i < 100; i++) sink = sink * 1664525 + n;
	return sink;
}

template <typename Promise> struct Handle {
	std::coroutine_handle<Promise> handle;
	explicit Handle(Promise &p) : handle(std::coroutine_handle<Promise>::from_promise(p)) {}
	Handle(Handle &&other) : handle(std::exchange(other.handle, nullptr)) {}
	~Handle() { if (handle) handle.destroy(); }
};

struct Series {
	struct promise_type {
		unsigned value = 0;
		std::exception_ptr error;
		Series get_return_object() { return {Handle(*this)}; }
		std::suspend_always initial_suspend() noexcept { return {}; }
		std::suspend_always final_suspend() noexcept { return {}; }
		std::suspend_always yield_value(unsigned v) { value = v; return {}; }
		void return_void() {}
		void unhandled_exception() { error = std::current_exception(); }
	};
	Handle<promise_type> coroutine;
	bool next()
	{
		coroutine.handle.resume();
		if (auto error = coroutine.handle.promise().error)
			std::rethrow_exception(error);
		return !coroutine.handle.done();
	}
	unsigned value() const { return coroutine.handle.promise().value; }
};

Series leaves(int depth)
{
	if (depth == 0)
		co_yield work(depth);
	if (depth == 1 && work(depth) % 3 == 0)
		throw std::runtime_error("a withered branch");
	for (int side = 0; depth > 0 && side < 2; side++)
		for (Series below = leaves(depth - 1); below.next();)
			co_yield below.value();
}

struct Task {
	struct promise_type {
		std::coroutine_handle<> waiting = std::noop_coroutine();
		unsigned result = 0;
		struct Last {
			bool await_ready() noexcept { return false; }
			void await_resume() noexcept {}
			std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> h) noexcept { return h.promise().waiting; }
		};
		Task get_return_object() { return {Handle(*this)}; }
		std::suspend_always initial_suspend() noexcept { return {}; }
		Last final_suspend() noexcept { return {}; }
		void return_value(unsigned v) { result = v; }
		void unhandled_exception() { std::terminate(); }
	};
	Handle<promise_type> coroutine;
	bool await_ready() { return false; }
	unsigned await_resume() { return coroutine.handle.promise().result; }
	std::coroutine_handle<> await_suspend(std::coroutine_handle<> h)
	{
		coroutine.handle.promise().waiting = h;
		return coroutine.handle;
	}
};

Task count(unsigned n)
{
	if (n < 2)
		co_return work(n) & 1;
	co_return co_await count(n - 1) + co_await count(n - 2);
}

void run()
{
	for (;;) {
		try {
			for (Series all = leaves(5); all.next();)
				sink = all.value();
		} catch (const std::exception &e) {
			sink = e.what()[0];
		}
		count(8).coroutine.handle.resume();
	}
}

} // namespace

int main()
{
	std::jthread other(run);
	std::puts("ready");
	std::fflush(stdout);
	run();
}
