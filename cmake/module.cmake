# signet_module(NAME smtp FLOOR 2
#   SOURCES  a.cc b.cc            the library signet_smtp
#   TESTS    a_test.cc            the program smtp_test, one entry in ctest
#   REQUIRES base mail            the only folders whose headers may be included
#   EXTERNAL OpenSSL::Crypto      libraries of cmake/packages.cmake
#   TEST_REQUIRES store           folders that only tests and SUPPORT include
#   SUPPORT  fake.cc              test doubles: the library signet_smtp_support
# )
# The call is the manifest: tools/tidy.py reads it and checks every #include against it.
# A folder may require lower floors; a sibling of its own floor only by naming it here.
function(signet_module)
  cmake_parse_arguments(M "" "NAME;FLOOR"
    "SOURCES;TESTS;REQUIRES;EXTERNAL;TEST_REQUIRES;TEST_EXTERNAL;SUPPORT" ${ARGN})
  if(M_UNPARSED_ARGUMENTS OR NOT DEFINED M_FLOOR)
    message(FATAL_ERROR "signet_module(${M_NAME}): ${M_UNPARSED_ARGUMENTS}")
  endif()
  set(lib signet_${M_NAME})
  if(M_SOURCES)
    add_library(${lib} STATIC ${M_SOURCES})
    set(scope PUBLIC)
    _signet_precompiled(${lib})
  else()
    add_library(${lib} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(${lib} ${scope} ${CMAKE_SOURCE_DIR}/src)
  list(TRANSFORM M_REQUIRES PREPEND signet_ OUTPUT_VARIABLE required)
  target_link_libraries(${lib} ${scope} signet_flags signet_asio ${required} ${M_EXTERNAL})

  list(TRANSFORM M_TEST_REQUIRES PREPEND signet_ OUTPUT_VARIABLE test_required)
  if(M_SUPPORT)
    add_library(${lib}_support STATIC ${M_SUPPORT})
    _signet_precompiled(${lib}_support)
    target_link_libraries(${lib}_support PUBLIC ${lib} ${test_required})
  endif()
  if(M_TESTS AND NOT SIGNET_FLAVOUR STREQUAL "release" AND NOT SIGNET_FLAVOUR STREQUAL "fuzz")
    add_executable(${M_NAME}_test ${M_TESTS})
    _signet_precompiled(${M_NAME}_test)
    target_link_libraries(${M_NAME}_test PRIVATE
      ${lib} ${test_required} ${M_TEST_EXTERNAL} GTest::gmock GTest::gtest_main)
    if(M_SUPPORT)
      target_link_libraries(${M_NAME}_test PRIVATE ${lib}_support)
    endif()
    add_test(NAME unit.${M_NAME} COMMAND ${M_NAME}_test)
    set_tests_properties(unit.${M_NAME} PROPERTIES
      LABELS unit ENVIRONMENT "SIGNET_SOURCE_DIR=${CMAKE_SOURCE_DIR}")
  endif()
endfunction()

# One precompiled header for the whole tree (the standard library and asio/awaitable.hpp).
function(_signet_precompiled target)
  if(SIGNET_FLAVOUR STREQUAL "tidy")  # clang-tidy reads the compile commands; nothing is built
    return()
  endif()
  if(NOT TARGET signet_pch)
    file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/pch.cc CONTENT "")  # untouched when it is there
    add_library(signet_pch OBJECT ${CMAKE_BINARY_DIR}/pch.cc)
    target_link_libraries(signet_pch PUBLIC signet_flags signet_asio)
    target_include_directories(signet_pch PRIVATE ${CMAKE_SOURCE_DIR}/src)
    target_precompile_headers(signet_pch PRIVATE ${CMAKE_SOURCE_DIR}/src/base/precompiled.h)
    target_compile_options(signet_pch PRIVATE -Xclang -fno-pch-timestamp)
  endif()
  target_precompile_headers(${target} REUSE_FROM signet_pch)
endfunction()
