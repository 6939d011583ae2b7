#pragma once

#include <cstdio>
#include <cstdlib>

/// Ends the process, so that both libFuzzer and a plain replay see it, when what must hold does not.
#define FUZZ_CHECK(condition)                                                             \
  do {                                                                                    \
    if (!(condition)) {                                                                   \
      std::fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                       \
    }                                                                                     \
  } while (false)
