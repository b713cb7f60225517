#include "observe/process_metrics.h"

#include "base/text.h"
#include "observe/catalogue.h"

#include <sys/resource.h>
#include <unistd.h>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace signet::observe {
namespace {

// The fields of /proc/self/stat behind the name (proc(5)); the first of them is number 3.
std::vector<double> stat_fields() {
    std::ifstream file{"/proc/self/stat"};
    std::string text{std::istreambuf_iterator<char>{file}, {}};
    text.erase(0, text.rfind(')') + 1);
    std::vector<double> fields;
    for (const auto word : split(trim(text, " \n"), ' ')) {
        fields.push_back(static_cast<double>(parse_unsigned(word).value_or(0)));
    }
    return fields;
}

double stat_field(std::size_t number) {
    const auto fields = stat_fields();
    return number - 3 < fields.size() ? fields[number - 3] : 0;
}

double ticks_per_second() { return static_cast<double>(::sysconf(_SC_CLK_TCK)); }
double page_size() { return static_cast<double>(::sysconf(_SC_PAGESIZE)); }

double open_descriptors() {
    std::error_code error;
    std::filesystem::directory_iterator entries{"/proc/self/fd", error};
    if (error) return 0;
    // One of them is the iterator's own.
    return static_cast<double>(std::distance(begin(entries), end(entries))) - 1;
}

double descriptor_limit() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    return static_cast<double>(limit.rlim_cur);
}

double seconds_of(clockid_t clock) {
    timespec time{};
    ::clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

// Not by way of /proc/stat, which a service with ProcSubset=pid does not see (systemd.exec(5)).
double start_time() {
    const auto boot = seconds_of(CLOCK_REALTIME) - seconds_of(CLOCK_BOOTTIME);
    return boot + stat_field(22) / ticks_per_second();
}

}  // namespace

void register_process_metrics(Registry& registry) {
    const auto add = [&](const Metric& metric, double (*read)()) {
        registry.on_scrape(metric, [read] { return std::vector<Sample>{{{}, read()}}; });
    };
    add(metric::kProcessCpu, [] { return (stat_field(14) + stat_field(15)) / ticks_per_second(); });
    add(metric::kProcessResident, [] { return stat_field(24) * page_size(); });
    add(metric::kProcessVirtual, [] { return stat_field(23); });
    add(metric::kProcessThreads, [] { return stat_field(20); });
    add(metric::kProcessOpenFds, open_descriptors);
    add(metric::kProcessMaxFds, descriptor_limit);
    // Once: it would move with every step of the clock.
    registry.on_scrape(metric::kProcessStart,
                       [start = start_time()] { return std::vector<Sample>{{{}, start}}; });
}

}  // namespace signet::observe
