// library: one function that calls what it is told to. What it is called is a macro.
void NAME(void (*mark)(int), int n) { mark(n); __asm__ volatile("" ::: "memory"); }
