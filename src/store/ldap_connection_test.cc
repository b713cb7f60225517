// LdapConnection and a server that does not keep to what was asked: the other half of it is in
// tests/conformance, with a real one.
#include "store/ldap_connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <thread>

namespace signet::store {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using testing::HasSubstr;

// RFC 4511 §5.1: BER, with lengths in the definite form.
std::string tlv(int tag, const std::string& value) {
    std::string made{static_cast<char>(tag), static_cast<char>(0x84)};
    for (int shift = 24; shift >= 0; shift -= 8) made += static_cast<char>(value.size() >> shift);
    return made + value;
}
std::string message(const std::string& id, const std::string& operation,
                    const std::string& controls = {}) {
    return tlv(0x30, id + operation + controls);
}
std::string entry(const std::string& id, const std::string& value) {
    const auto attribute = tlv(0x30, tlv(0x04, "mail") + tlv(0x31, tlv(0x04, value)));
    return message(id, tlv(0x64, tlv(0x04, "uid=ann") + tlv(0x30, attribute)));
}
// The end of a page, by RFC 2696; without a cookie it is the last one.
std::string end(const std::string& id, const std::string& cookie) {
    const auto page = tlv(0x30, tlv(0x02, std::string(1, '\0')) + tlv(0x04, cookie));
    const auto control = tlv(0x30, tlv(0x04, "1.2.840.113556.1.4.319") + tlv(0x04, page));
    return message(id, tlv(0x65, tlv(0x0A, std::string(1, '\0')) + tlv(0x04, "") + tlv(0x04, "")),
                   tlv(0xA0, control));
}

// Answers each search as the test says, on one connection.
class ScriptedLdap {
public:
    // What comes next for the search of that id; empty: nothing more until the next search.
    using Script = std::function<std::string(const std::string& id, unsigned turn)>;

    explicit ScriptedLdap(Script script) : script_(std::move(script)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        ::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address);
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
        ::listen(listener_, 1);
        url_ = "ldap://127.0.0.1:" + std::to_string(::ntohs(address.sin_port));
        serving_ = std::thread{[this] { serve(); }};
    }
    ~ScriptedLdap() {
        ::shutdown(listener_, SHUT_RDWR);
        serving_.join();
        ::close(listener_);
    }
    ScriptedLdap(const ScriptedLdap&) = delete;
    ScriptedLdap& operator=(const ScriptedLdap&) = delete;

    // "3 entries", or the fault's name and why.
    std::string list(LdapBounds most, SteadyTime until = steady_clock::now() + 1h) const {
        auto opened = LdapConnection::open(url_, {.urls = {}, .tls = false, .ca = {}},
                                           steady_clock::now() + 1h);
        if (!opened) return opened.error().detail;
        const auto listing =
            opened->list({.base = "", .filter = "(uid=*)", .attributes = {"mail"}}, most, until);
        if (listing) return std::to_string(listing->entries.size()) + " entries";
        return std::string{name(listing.error().fault)} + ": " + listing.error().detail;
    }

private:
    // One message, without the tag and length around it.
    static std::string read(int socket) {
        std::string head(2, '\0');
        if (::recv(socket, head.data(), 2, MSG_WAITALL) != 2) return {};
        std::size_t size = static_cast<unsigned char>(head[1]);
        if (size > 0x80) {
            std::string more(size - 0x80, '\0');
            if (::recv(socket, more.data(), more.size(), MSG_WAITALL) <= 0) return {};
            size = 0;
            for (const char c : more) size = size << 8 | static_cast<unsigned char>(c);
        }
        std::string body(size, '\0');
        return ::recv(socket, body.data(), size, MSG_WAITALL) <= 0 ? std::string{} : body;
    }
    void serve() {
        const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) return;
        bool here = true;
        while (here) {
            const auto asked = read(socket);
            if (asked.size() < 3) break;
            const auto id = asked.substr(0, 2 + static_cast<std::size_t>(asked[1]));
            if (asked[id.size()] != 0x63) continue;  // SearchRequest
            for (unsigned turn = 0; here; ++turn) {
                const auto octets = script_(id, turn);
                if (octets.empty()) break;
                here = ::send(socket, octets.data(), octets.size(), MSG_NOSIGNAL) ==
                       static_cast<ssize_t>(octets.size());
            }
        }
        ::close(socket);
    }

    const Script script_;
    int listener_ = -1;
    std::string url_;
    std::thread serving_;
};

TEST(LdapConnection, lists_all_pages) {
    unsigned pages = 0;
    const ScriptedLdap server{[&](const std::string& id, unsigned turn) -> std::string {
        if (turn < 3) return entry(id, "ann@example.com");
        return turn == 3 ? end(id, ++pages < 4 ? "more" : "") : "";
    }};
    EXPECT_EQ(server.list({.entries = 12}), "12 entries");
}

TEST(LdapConnection, an_empty_page_may_be_the_last_one) {
    const ScriptedLdap server{[](const std::string& id, unsigned turn) {
        return turn == 0 ? end(id, "") : std::string{};
    }};
    EXPECT_EQ(server.list({.entries = 12}), "0 entries");
}

TEST(LdapConnection, security_5_pages_without_an_entry_do_not_go_on_for_ever) {
    const ScriptedLdap server{[](const std::string& id, unsigned turn) {
        return turn == 0 ? end(id, "more") : std::string{};
    }};
    EXPECT_THAT(server.list({.entries = 12}), HasSubstr("unavailable: a page without an entry"));
}

TEST(LdapConnection, security_5_a_page_is_no_longer_than_was_asked_for) {
    const ScriptedLdap server{
        [](const std::string& id, unsigned) { return entry(id, "ann@example.com"); }};
    EXPECT_THAT(server.list({.entries = 1'000'000}),
                HasSubstr("unavailable: a page of more than 500 entries"));
}

TEST(LdapConnection, security_5_a_listing_is_bounded_in_entries_and_octets) {
    const ScriptedLdap many{[](const std::string& id, unsigned turn) -> std::string {
        if (turn < 2) return entry(id, "ann@example.com");
        return turn == 2 ? end(id, "more") : "";
    }};
    EXPECT_THAT(many.list({.entries = 7}), HasSubstr("unavailable: there are over 7 entries"));
    const ScriptedLdap large{[](const std::string& id, unsigned turn) -> std::string {
        if (turn == 0) return entry(id, std::string(4'000, 'a'));
        return turn == 1 ? end(id, "more") : "";
    }};
    EXPECT_THAT(large.list({.entries = 1'000, .octets = 100'000}),
                HasSubstr("unavailable: the entries have over 100000 octets"));
}

TEST(LdapConnection, security_5_a_message_is_bounded_before_it_is_read) {
    const ScriptedLdap server{[](const std::string& id, unsigned turn) -> std::string {
        // As long as it says it is, it could not be kept.
        if (turn == 0) return std::string{"\x30\x84\x7F\xFF\xFF\xFF", 6} + id;
        return "";
    }};
    EXPECT_THAT(server.list({.entries = 12}), HasSubstr("unavailable: "));
}

TEST(LdapConnection, security_5_a_listing_ends_at_its_deadline_whatever_is_sent) {
    // References are kept by nobody, so that nothing else ends it.
    const ScriptedLdap server{[](const std::string& id, unsigned) {
        return message(id, tlv(0x73, tlv(0x04, "ldap://elsewhere.example/")));
    }};
    EXPECT_THAT(server.list({.entries = 12}, steady_clock::now() + 300ms), HasSubstr("deadline"));
    const ScriptedLdap silent{[](const std::string&, unsigned) { return std::string{}; }};
    EXPECT_THAT(silent.list({.entries = 12}, steady_clock::now() + 300ms), HasSubstr("deadline"));
    const ScriptedLdap quick{[](const std::string& id, unsigned turn) {
        return turn == 0 ? end(id, "") : std::string{};
    }};
    EXPECT_THAT(quick.list({.entries = 12}, steady_clock::now()), HasSubstr("deadline"));
}

}  // namespace
}  // namespace signet::store
