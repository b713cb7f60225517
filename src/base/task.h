// A coroutine that may wait.  Only <boost/asio/awaitable.hpp> is included: a file written against
// Task and net::Stream compiles in about a second, one that includes all of Asio in ten.
#pragma once

#include <boost/asio/awaitable.hpp>

namespace signet {

template <class T>
using Task = boost::asio::awaitable<T>;

}  // namespace signet
