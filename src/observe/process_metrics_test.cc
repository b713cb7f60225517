#include "observe/process_metrics.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

namespace signet::observe {
namespace {

double value_of(const Registry& registry, const std::string& name) {
    const auto text = registry.text(Exposition::text);
    const auto at = text.find("\n" + name + " ");
    return at == std::string::npos ? -1 : std::stod(text.substr(at + name.size() + 2));
}

TEST(ProcessMetrics, say_what_the_kernel_says) {
    Registry registry;
    register_process_metrics(registry);
    EXPECT_GT(value_of(registry, "process_resident_memory_bytes"), 1e6);
    EXPECT_GT(value_of(registry, "process_virtual_memory_bytes"),
              value_of(registry, "process_resident_memory_bytes"));
    EXPECT_GE(value_of(registry, "process_threads"), 1);
    EXPECT_GT(value_of(registry, "process_max_fds"), 3);
    EXPECT_GT(value_of(registry, "process_start_time_seconds"), 1e9);
    EXPECT_GE(value_of(registry, "process_cpu_seconds_total"), 0);
    const auto before = value_of(registry, "process_open_fds");
    const int one = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    EXPECT_EQ(value_of(registry, "process_open_fds"), before + 1);
    ::close(one);
}

}  // namespace
}  // namespace signet::observe
