# How the code is compiled in each preset.  SIGNET_FLAVOUR: dev, tsan, release, fuzz, tidy.
set(SIGNET_FLAVOUR "dev" CACHE STRING "dev (ASan+UBSan), tsan, release, fuzz or tidy")

add_library(signet_flags INTERFACE)
target_compile_options(signet_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Werror
  -fno-omit-frame-pointer -ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)
target_link_options(signet_flags INTERFACE -fuse-ld=lld-19)

set(hardening
  -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -D_GLIBCXX_ASSERTIONS -fstack-protector-strong
  -fstack-clash-protection -fcf-protection -ftrivial-auto-var-init=zero -fPIE)

if(SIGNET_FLAVOUR STREQUAL "dev")
  target_compile_options(signet_flags INTERFACE
    -O1 -g1 -D_GLIBCXX_ASSERTIONS -fsanitize=address,undefined -fno-sanitize-recover=all)
  target_link_options(signet_flags INTERFACE -fsanitize=address,undefined)
elseif(SIGNET_FLAVOUR STREQUAL "tsan")
  target_compile_options(signet_flags INTERFACE -O1 -g1 -fsanitize=thread)
  target_link_options(signet_flags INTERFACE -fsanitize=thread)
elseif(SIGNET_FLAVOUR STREQUAL "fuzz")
  target_compile_options(signet_flags INTERFACE
    -O1 -g1 -D_GLIBCXX_ASSERTIONS -fsanitize=fuzzer-no-link,address,undefined
    -fno-sanitize-recover=all)
  target_link_options(signet_flags INTERFACE -fsanitize=address,undefined)
elseif(SIGNET_FLAVOUR STREQUAL "release")
  target_compile_options(signet_flags INTERFACE -O2 -g1 -flto=thin ${hardening})
  target_link_options(signet_flags INTERFACE
    -flto=thin -pie -Wl,--as-needed -Wl,-z,relro,-z,now -Wl,--thinlto-cache-dir=${CMAKE_BINARY_DIR}/thinlto)
elseif(SIGNET_FLAVOUR STREQUAL "tidy")
  target_compile_options(signet_flags INTERFACE -O0)
else()
  message(FATAL_ERROR "SIGNET_FLAVOUR=${SIGNET_FLAVOUR}: known are dev, tsan, release, fuzz, tidy")
endif()

find_program(SIGNET_CCACHE ccache)
if(SIGNET_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER
    ${CMAKE_COMMAND} -E env
    CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
    ${SIGNET_CCACHE})
endif()
