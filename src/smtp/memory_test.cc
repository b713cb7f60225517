// Memory is a promise: counted here, octet by octet, at operator new.
#include "base/counted_heap.h"
#include "smtp/play.h"

#include <malloc.h>

namespace signet::smtp {
namespace {

std::size_t& live_octets = counted_heap().live_octets;
std::size_t& peak_octets = counted_heap().peak_octets;

// Turns the machine as a caller does that keeps nothing.
void turn(ServerProtocol& protocol, std::string_view octets) {
    protocol.received(octets);
    for (;;) {
        auto event = protocol.next_event();
        if (std::holds_alternative<NeedInput>(event) || std::holds_alternative<Closed>(event))
            break;
        if (std::holds_alternative<Content>(event) || std::holds_alternative<Refused>(event))
            continue;
        const bool auth = std::holds_alternative<Auth>(event);
        const bool data = std::holds_alternative<Data>(event);
        protocol.answer(auth   ? reply(235, {2, 7, 0}, "ok")
                        : data ? reply(354, "go")
                               : reply(250, "ok"));
    }
    protocol.take_output();
}

TEST(Memory, an_idle_session_holds_less_than_a_kibibyte) {
    const auto before = live_octets;
    ServerProtocol protocol{Role::submissions, {}};
    protocol.greet(reply(220, "x"));
    turn(protocol, "");
    EXPECT_LT(live_octets - before, 1024u);
    turn(protocol, "EHLO a\r\nAUTH PLAIN " + std::string(8000, 'A') + "\r\n");
    EXPECT_TRUE(protocol.authenticated());
    EXPECT_LT(live_octets - before, 1024u);
    turn(protocol, kMail + kRcpt + "DATA\r\n" + std::string(16'000, 'x') + "\r\n.\r\n");
    EXPECT_FALSE(protocol.in_transaction());
    EXPECT_LT(live_octets - before, 1024u);
}

TEST(Memory, security_18_a_message_of_any_size_needs_the_memory_of_one_read) {
    ServerProtocol protocol{Role::submissions, {}};
    protocol.greet(reply(220, "x"));
    turn(protocol, "EHLO a\r\nAUTH PLAIN\r\n" + kMail + kRcpt + "DATA\r\n");
    ASSERT_TRUE(protocol.in_transaction());
    const std::string segment(16'384, 'x');
    turn(protocol, segment);
    const auto before = live_octets;
    peak_octets = live_octets;
    for (int i = 0; i < 4'000; ++i) turn(protocol, segment);  // 64 MB, above the limit
    EXPECT_LT(peak_octets - before, 1024u);
    turn(protocol, "\r\n.\r\n");
    EXPECT_FALSE(protocol.in_transaction());
}

TEST(Memory, security_18_a_long_line_needs_the_memory_of_its_limit) {
    ServerProtocol protocol{Role::submissions, {}};
    protocol.greet(reply(220, "x"));
    const auto before = live_octets;
    peak_octets = live_octets;
    const std::string piece(100, 'x');
    const auto own = malloc_usable_size(const_cast<char*>(piece.data()));
    for (int i = 0; i < 600; ++i) turn(protocol, piece);
    EXPECT_LT(peak_octets - before - own, 3 * 2048u);  // twice while it grows
}

}  // namespace
}  // namespace signet::smtp
