# One INTERFACE target carries the warnings; every target of ours links it, nothing else gets them.
add_library(smx_warnings INTERFACE)
add_library(smx::warnings ALIAS smx_warnings)

option(SMX_WARNINGS_AS_ERRORS "Fail the build on a warning" ON)

target_compile_options(smx_warnings INTERFACE
  -Wall -Wextra           # the common base
  -Wpedantic              # standard C++ only: the agent is built by other compilers too
  -Wshadow                # a shadowed name in a long function has hidden real faults
  -Wnon-virtual-dtor      # interfaces are deleted through their base
  -Woverloaded-virtual    # a fake that overrides nothing tests nothing
  -Wconversion            # lengths from guests and cards are narrowed in one checked place only
  -Wsign-conversion       # the same, for signs
  -Wold-style-cast        # casts of wire bytes must say which cast they are
  -Wextra-semi
  -Wformat=2              # no format string comes from data
  -Wimplicit-fallthrough)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(smx_warnings INTERFACE
    -Wduplicated-cond -Wlogical-op
    # Types of Windows that are one on x86 are two on x64: a cast that one needs is useless on the other.
    $<$<NOT:$<PLATFORM_ID:Windows>>:-Wuseless-cast>
    # GCC 12 reports false positives of these from the standard library at -O2 (PR105329, PR105651, PR105762).
    -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread -Wno-array-bounds -Wno-dangling-pointer)
endif()
if(WIN32 AND CMAKE_SIZEOF_VOID_P EQUAL 4)
  # Lengths are narrowed to 32 bits for Windows' functions, which 64-bit programs need and 32-bit ones do not.
  target_compile_options(smx_warnings INTERFACE -Wno-useless-cast)
endif()
if(SMX_WARNINGS_AS_ERRORS)
  target_compile_options(smx_warnings INTERFACE -Werror)
endif()

# Instrumentation for the whole tree: half-instrumented programs report nonsense. The only
# directory-wide flags of the project.
if(SMX_SANITIZE)
  add_compile_options(-fsanitize=${SMX_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${SMX_SANITIZE})
  if(SMX_SANITIZE MATCHES "address" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Under asan GCC 12 takes std::regex's own std::function for uninitialised (PR105562).
    add_compile_options(-Wno-maybe-uninitialized)
  endif()
  if(SMX_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Boost.Asio's atomic_thread_fence is not understood by GCC's tsan; it says so at each use.
    add_compile_options(-Wno-tsan)
  endif()
endif()
