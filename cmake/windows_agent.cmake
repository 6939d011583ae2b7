# The agent for Windows, built by the cross compiler in a build tree of its own (the preset `mingw` is the same
# by hand) and put beside the Linux agent. Without the compiler it is left out, and that is said.
include(ExternalProject)

function(smx_windows_agent cpu)
  find_program(SMX_MINGW_${cpu} ${cpu}-w64-mingw32-g++-posix)
  if(NOT SMX_MINGW_${cpu})
    message(STATUS "agent-windows-${cpu}.exe is left out: there is no ${cpu}-w64-mingw32-g++-posix "
                   "(Debian: g++-mingw-w64)")
    return()
  endif()
  # One architecture's tests are enough: Wine in the guests runs 64-bit programs only.
  set(tests OFF)
  if(cpu STREQUAL "x86_64" AND SMX_BUILD_TESTS)
    set(tests ON)
  endif()
  ExternalProject_Add(agent-windows-${cpu}
    SOURCE_DIR ${CMAKE_SOURCE_DIR}
    BINARY_DIR ${CMAKE_BINARY_DIR}/windows/${cpu}
    CMAKE_ARGS -DCMAKE_TOOLCHAIN_FILE=${CMAKE_SOURCE_DIR}/cmake/mingw-toolchain.cmake -DSMX_MINGW_CPU=${cpu}
      -DCMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER}
      -DSMX_WARNINGS_AS_ERRORS=${SMX_WARNINGS_AS_ERRORS} -DSMX_BUILD_TESTS=${tests}
      -DCMAKE_UNITY_BUILD=${CMAKE_UNITY_BUILD}
      -DSMX_LIBEXEC=${SMX_LIBEXEC} -DCMAKE_RUNTIME_OUTPUT_DIRECTORY=${CMAKE_BINARY_DIR}/bin
    BUILD_ALWAYS ON  # the sub-build knows what is new
    BUILD_BYPRODUCTS ${SMX_LIBEXEC}/agent-windows-${cpu}.exe
    INSTALL_COMMAND "")
  install(PROGRAMS ${SMX_LIBEXEC}/agent-windows-${cpu}.exe
    DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/safemode-matrix)
endfunction()

smx_windows_agent(x86_64)
smx_windows_agent(i686)
