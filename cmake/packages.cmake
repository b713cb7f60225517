# Every library that Signet links, in one place.  The Debian package names are in ./dev.
# Modules name what they use by EXTERNAL in signet_module(); nothing is linked by default.
set(Boost_NO_WARN_NEW_VERSIONS ON)
find_package(Boost 1.81 CONFIG REQUIRED COMPONENTS json)
find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(ICU 72 REQUIRED COMPONENTS uc)
find_package(SQLite3 REQUIRED)
find_package(RocksDB CONFIG REQUIRED)
find_package(fmt REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(CLI11 REQUIRED)
if(NOT SIGNET_FLAVOUR STREQUAL "release")
  find_package(GTest REQUIRED)
endif()
find_package(PkgConfig REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(xcrypt REQUIRED IMPORTED_TARGET libxcrypt)
pkg_check_modules(ldap REQUIRED IMPORTED_TARGET ldap)
pkg_check_modules(pam REQUIRED IMPORTED_TARGET pam)
pkg_check_modules(pq REQUIRED IMPORTED_TARGET libpq)

# libunbound's pkg-config file asks for packages that only its static library needs.
find_path(UNBOUND_INCLUDE unbound.h REQUIRED)
find_library(UNBOUND_LIBRARY unbound REQUIRED)
add_library(signet_unbound INTERFACE)
target_include_directories(signet_unbound SYSTEM INTERFACE ${UNBOUND_INCLUDE})
target_link_libraries(signet_unbound INTERFACE ${UNBOUND_LIBRARY})

# Asio's implementation is compiled once: every file then compiles a little faster.
add_library(signet_asio STATIC ${CMAKE_SOURCE_DIR}/cmake/asio_impl.cc)
target_compile_definitions(signet_asio PUBLIC
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
target_link_libraries(signet_asio PUBLIC signet_flags Boost::headers Threads::Threads)
target_compile_options(signet_asio PRIVATE -w)
