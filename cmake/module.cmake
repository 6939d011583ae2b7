# smx_module(NAME SOURCES a.cpp ... [DEPS smx::core ...] [PRIVATE_DEPS ...])
# One folder is one STATIC library `smx_NAME` with the alias `smx::NAME`. Headers are included by their
# path from the project's root: #include "harness/core/error.h".
#
# A module sees its own headers and those of the modules that it names: each has a folder of its own below
# `include` in the build tree, which holds nothing but a link to the module's folder. What a module names is
# also written to `modules.json` there, which the layer test reads (tests/layers).
function(smx_module name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;PRIVATE_DEPS" ${ARGN})
  file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  cmake_path(GET folder PARENT_PATH parent)
  set(include ${CMAKE_BINARY_DIR}/include/${name})
  file(MAKE_DIRECTORY ${include}/${parent})
  file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${include}/${folder} SYMBOLIC)

  add_library(smx_${name} STATIC ${ARG_SOURCES})
  add_library(smx::${name} ALIAS smx_${name})
  target_include_directories(smx_${name} PUBLIC ${include})
  target_link_libraries(smx_${name} PUBLIC ${ARG_DEPS} PRIVATE smx::warnings ${ARG_PRIVATE_DEPS})
  smx_declare_module(${name} ${folder} ${ARG_DEPS} ${ARG_PRIVATE_DEPS})
endfunction()

# smx_declare_module(NAME FOLDER [smx::USED ...])
# One line of `modules.json`. What is not a module of ours is left out of it.
function(smx_declare_module name folder)
  list(FILTER ARGN INCLUDE REGEX "^smx::")
  list(TRANSFORM ARGN REPLACE "^smx::(.*)$" "\"\\1\"")
  list(JOIN ARGN ", " uses)
  set_property(GLOBAL APPEND PROPERTY SMX_MODULES
    "  {\"name\": \"${name}\", \"folder\": \"${folder}\", \"uses\": [${uses}]}")
endfunction()

# Called once, after every module.
function(smx_write_modules)
  get_property(modules GLOBAL PROPERTY SMX_MODULES)
  list(JOIN modules ",\n" lines)
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/modules.json CONTENT "[\n${lines}\n]\n" @ONLY)
endfunction()

# smx_umbrella(NAME ROOMS a b ...)
# smx::NAME is all of smx::NAME_a, smx::NAME_b, ...: for tests and benchmarks. Modules name what they use.
function(smx_umbrella name)
  cmake_parse_arguments(ARG "" "" "ROOMS" ${ARGN})
  list(TRANSFORM ARG_ROOMS PREPEND smx::${name}_)
  add_library(smx_${name} INTERFACE)
  add_library(smx::${name} ALIAS smx_${name})
  target_link_libraries(smx_${name} INTERFACE ${ARG_ROOMS})
endfunction()

# smx_test(NAME LABEL label SOURCES a.cpp ... DEPS ... [TIMEOUT seconds] [PROCESSORS number] [SERIAL] [ENV A=b ...])
# One GoogleTest program; each of its tests is a CTest test with the label and the timeout.
# PROCESSORS says how many its guests keep busy, so that tests which boot run beside each other as the machine allows.
function(smx_test name)
  cmake_parse_arguments(ARG "SERIAL" "LABEL;TIMEOUT;PROCESSORS" "SOURCES;DEPS;ENV" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 60)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE smx::warnings ${ARG_DEPS} GTest::gmock GTest::gtest_main)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  set(properties LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT})
  if(ARG_ENV)
    list(APPEND properties ENVIRONMENT "${ARG_ENV}")
  endif()
  if(ARG_PROCESSORS)
    list(APPEND properties PROCESSORS ${ARG_PROCESSORS})
  endif()
  if(ARG_SERIAL)
    list(APPEND properties RUN_SERIAL TRUE)
  endif()
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 TEST_PREFIX "${ARG_LABEL}." PROPERTIES ${properties})
endfunction()

# smx_fuzz(NAME SOURCE x_fuzz.cpp CORPUS folder DEPS ... [TIMEOUT seconds])
# A libFuzzer program `fuzz-NAME` where SMX_BUILD_FUZZERS asks for it (clang only), and always a program that replays
# its corpus as the test `fuzz.NAME_corpus`.
function(smx_fuzz name)
  cmake_parse_arguments(ARG "" "SOURCE;CORPUS;TIMEOUT" "DEPS" ${ARGN})
  if(SMX_BUILD_FUZZERS)
    add_executable(fuzz-${name} ${ARG_SOURCE})
    target_link_libraries(fuzz-${name} PRIVATE smx::warnings ${ARG_DEPS})
    target_include_directories(fuzz-${name} PRIVATE ${PROJECT_SOURCE_DIR})
    target_compile_options(fuzz-${name} PRIVATE -fsanitize=fuzzer)
    target_link_options(fuzz-${name} PRIVATE -fsanitize=fuzzer)
  endif()
  if(SMX_BUILD_TESTS)
    add_executable(replay-${name} ${ARG_SOURCE} ${PROJECT_SOURCE_DIR}/tests/fuzz/replay_main.cpp)
    target_link_libraries(replay-${name} PRIVATE smx::warnings ${ARG_DEPS} fmt::fmt)
    target_include_directories(replay-${name} PRIVATE ${PROJECT_SOURCE_DIR})
    string(REPLACE "-" "_" test ${name})
    add_test(NAME fuzz.${test}_corpus COMMAND replay-${name} ${CMAKE_CURRENT_SOURCE_DIR}/${ARG_CORPUS})
    set_tests_properties(fuzz.${test}_corpus PROPERTIES LABELS fuzz TIMEOUT ${ARG_TIMEOUT})
  endif()
endfunction()
