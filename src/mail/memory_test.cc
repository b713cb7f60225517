// security.md class 19: a header of any shape costs its own size, and a body costs nothing. Counted
// at operator new, octet by octet and call by call.
#include "base/counted_heap.h"
#include "mail/fixups.h"
#include "mail/header_scanner.h"
#include "mail/trace.h"

#include <gtest/gtest.h>

#include <functional>

namespace signet::mail {
namespace {

struct Cost {
    std::size_t peak = 0, allocations = 0;
};

template <class Work>
Cost cost_of(const Work& work) {
    auto& heap = counted_heap();
    const auto before = heap.live_octets;
    heap.peak_octets = heap.live_octets;
    heap.allocations = 0;
    work();
    return {heap.peak_octets - before, heap.allocations};
}

std::string many(int count, const std::function<std::string(int)>& line) {
    std::string all;
    for (int i = 0; i < count; ++i) all += line(i);
    return all;
}

std::string fields(int count) {
    return many(count, [](int i) { return "X" + std::to_string(i) + ": y\r\n"; });
}
std::string parameters(int count) {
    return "Content-Type: text/plain" +
           many(count, [](int i) { return ";\r\n p" + std::to_string(i) + "=1"; }) + "\r\n";
}
std::string parts(int depth) {
    return many(depth, [](int i) {
        const auto name = "b" + std::to_string(i);
        return "--" + name + "\r\nContent-Type: multipart/mixed; boundary=" + name + "x\r\n\r\n";
    });
}

// In parts of 1,000 octets, as they may come from a network.
void feed(HeaderScanner& scanner, std::string_view content) {
    while (!content.empty()) {
        if (!scanner.feed(content.substr(0, 1'000))) return;
        content.remove_prefix(std::min<std::size_t>(1'000, content.size()));
    }
    (void)scanner.finish();
}

TEST(Memory, security_19_a_header_costs_its_size_whatever_it_is_made_of) {
    for (const auto& header :
         {fields(20'000), parameters(10'000),
          "To: " + many(20'000, [](int) { return "a@b.c,\r\n "; }) + "a@b.c\r\n",
          "X: " + std::string(250'000, 'x') + "\r\n"}) {
        const auto content = header + "\r\nbody\r\n";
        const auto cost = cost_of([&] {
            HeaderScanner scanner{1u << 20};
            feed(scanner, content);
            EXPECT_EQ(scanner.header().block().size(), header.size());
        });
        EXPECT_LT(cost.peak, 3 * header.size() + 4'096);  // a string that grows is there twice
        EXPECT_LT(cost.allocations, 64u);                 // … as often as it doubles
    }
}

TEST(Memory, security_19_beyond_its_limit_a_header_is_let_go) {
    const auto content = fields(60'000);
    HeaderScanner scanner{256u << 10};
    const auto cost = cost_of([&] { feed(scanner, content); });
    EXPECT_LT(cost.peak, 3 * (256u << 10));
    const auto held = cost_of([&] { EXPECT_FALSE(scanner.feed(content)); });
    EXPECT_EQ(held.allocations, 0u);
}

TEST(Memory, security_19_nested_parts_are_body_and_cost_nothing) {
    HeaderScanner scanner;
    feed(scanner, "MIME-Version: 1.0\r\n\r\nfirst\r\n");
    const auto content = parts(3'000);
    const auto cost = cost_of([&] {
        for (int i = 0; i < 100; ++i) (void)scanner.feed(content);
    });
    EXPECT_EQ(cost.peak, 0u);
    EXPECT_EQ(cost.allocations, 0u);
}

TEST(Memory, security_19_to_look_through_a_header_makes_no_copy_of_it) {
    HeaderScanner scanner{1u << 20};
    feed(scanner, fields(20'000) + "Message-ID: <a@b>\r\nDate: now\r\n\r\nx\r\n");
    const auto header = scanner.header();
    const auto cost = cost_of([&] {
        EXPECT_EQ(header.count("Received"), 0u);
        EXPECT_EQ(received_count(header), 0u);
        EXPECT_EQ(fix_up(header, {.author = {}, .unique = "x", .hostname = "h"}).message_id,
                  "<a@b>");
    });
    EXPECT_LT(cost.peak, 4'096u);
    EXPECT_LT(cost.allocations, 16u);
}

}  // namespace
}  // namespace signet::mail
