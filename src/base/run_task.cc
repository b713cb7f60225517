#include "base/run_task.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>

namespace signet {

void run_tasks(std::vector<Task<void>> tasks) {
    boost::asio::io_context context{1};
    std::exception_ptr first;
    for (auto& task : tasks) {
        boost::asio::co_spawn(context, std::move(task), [&first](std::exception_ptr thrown) {
            if (thrown && !first) first = thrown;
        });
    }
    context.run();
    if (first) std::rethrow_exception(first);
}

}  // namespace signet
