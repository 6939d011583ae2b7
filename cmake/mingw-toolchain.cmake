# Cross-compiles the agent for Windows with Debian's mingw-w64. SMX_MINGW_CPU: x86_64 (default) or i686.
# The posix variant, since the win32 one of GCC 12 has no std::thread; it goes in statically.
set(SMX_MINGW_CPU "x86_64" CACHE STRING "x86_64 or i686")
set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES SMX_MINGW_CPU)
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR ${SMX_MINGW_CPU})
set(CMAKE_C_COMPILER ${SMX_MINGW_CPU}-w64-mingw32-gcc-posix)
set(CMAKE_CXX_COMPILER ${SMX_MINGW_CPU}-w64-mingw32-g++-posix)
set(CMAKE_RC_COMPILER ${SMX_MINGW_CPU}-w64-mingw32-windres)
set(CMAKE_FIND_ROOT_PATH /usr/${SMX_MINGW_CPU}-w64-mingw32)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
