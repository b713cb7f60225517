#include "net/dns_resolver.h"

#include "base/entropy.h"
#include "base/text.h"
#include "net/io_threads.h"
#include "net/loop.h"
#include "net/run_task.h"
#include "net/system_clock.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <atomic>
#include <boost/asio/this_coro.hpp>
#include <fstream>
#include <functional>
#include <thread>

namespace signet::net {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using dns::Type;
using Answer = Result<dns::Answer, dns::Fault>;
using Kind = dns::Fault::Kind;
using Found = dns::Answer::Found;

Deadline in(std::chrono::milliseconds span) { return Deadline::in(SystemClock{}, span); }

std::string number(unsigned value) {
    return {static_cast<char>(value >> 8), static_cast<char>(value)};
}

std::string wire(std::string_view name) {
    std::string octets;
    while (!name.empty()) {
        const auto label = name.substr(0, name.find('.'));
        octets += static_cast<char>(label.size());
        octets += label;
        name.remove_prefix(std::min(name.size(), label.size() + 1));
    }
    return octets + '\0';
}

// What the server of a test says to one question.
struct Said {
    unsigned flags = 0x8180;  // an answer of a resolver (RFC 1035 §4.1.1): QR, RD, RA
    unsigned records = 0;
    std::string octets = {};
    bool silent = false;

    Said& record(const std::string& name, unsigned type, const std::string& rdata) {
        ++records;
        octets += wire(name) + number(type) + number(1) + "\0\0\0\x3C"s +
                  number(static_cast<unsigned>(rdata.size())) + rdata;
        return *this;
    }
};
constexpr unsigned kCname = 5, kAuthentic = 0x20;

// A resolver that says what it is told to, over UDP on the loopback.
class Server {
public:
    using Script = std::function<Said(const std::string& name, unsigned type)>;

    explicit Server(Script script)
        : script_(std::move(script)), socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address), size), 0);
        ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this] { serve(); });
    }
    ~Server() {
        ::shutdown(socket_, SHUT_RDWR);  // wakes recvfrom
        thread_.join();
        ::close(socket_);
    }

    DnsOptions options() const { return {.servers = {{"127.0.0.1", port_}}}; }
    unsigned questions() const { return questions_; }

private:
    void serve() {
        std::array<char, 4'096> buffer;
        for (;;) {
            sockaddr_in from{};
            socklen_t size = sizeof from;
            const auto got = ::recvfrom(socket_, buffer.data(), buffer.size(), 0,
                                        reinterpret_cast<sockaddr*>(&from), &size);
            if (got <= 12) return;
            ++questions_;
            const auto reply = reply_to({buffer.data(), static_cast<std::size_t>(got)});
            (void)::sendto(socket_, reply.data(), reply.size(), 0,
                           reinterpret_cast<const sockaddr*>(&from), size);
        }
    }
    std::string reply_to(std::string_view query) {
        std::string name;
        std::size_t at = 12;
        while (query[at] != 0) {
            const auto length = static_cast<std::uint8_t>(query[at]);
            name.append(name.empty() ? "" : ".").append(query.substr(at + 1, length));
            at += length + 1u;
        }
        const auto type = static_cast<unsigned>(static_cast<std::uint8_t>(query[at + 2]));
        const auto said = script_(lower(name), type);
        if (said.silent) return {};
        return std::string{query.substr(0, 2)} + number(said.flags) + number(1) +
               number(said.records) + number(0) + number(0) +
               std::string{query.substr(12, at + 5 - 12)} + said.octets;
    }

    const Script script_;
    const int socket_;
    std::uint16_t port_ = 0;
    std::atomic<unsigned> questions_ = 0;
    std::thread thread_;
};

std::shared_ptr<dns::Resolver> resolver_of(const DnsOptions& options) {
    auto made = make_dns_resolver(options);
    EXPECT_TRUE(made) << made.error();
    return std::move(*made);
}

Answer ask(dns::Resolver& resolver, std::string_view name, Type type,
           std::chrono::milliseconds patience = 30s) {
    return run_task(resolver.ask({*dns::Name::parse(name), type}, in(patience)));
}

Task<void> keep(dns::Resolver& resolver, std::optional<Answer>& answer) {
    answer = co_await resolver.ask({*dns::Name::parse("example.net"), Type::a}, in(60s));
}

// Counts what ends as it should: with an answer, or by the short patience.
Task<void> count(dns::Resolver& resolver, std::string name, std::chrono::milliseconds patience,
                 std::atomic<unsigned>& ended) {
    const bool short_patience = patience < 1s;
    const auto answer = co_await resolver.ask({*dns::Name::parse(name), Type::a}, in(patience));
    const bool right =
        short_patience ? !answer && answer.error().kind == Kind::timed_out : answer.has_value();
    if (right) ++ended;
}

const std::string kLocal = "\x7F\x00\x00\x01"s;

TEST(DnsResolver, RecordsComeBackAsValues) {
    const Server server([](const std::string& name, unsigned type) {
        if (type == 15) {
            return Said{}
                .record(name, 15, "\0\x14"s + wire("mx2.example.net"))
                .record(name, 15, "\0\x0A"s + wire("MX1.Example.NET"));
        }
        return Said{}.record(name, type, kLocal);
    });
    const auto resolver = resolver_of(server.options());
    const auto address = ask(*resolver, "mx1.example.net", Type::a);
    ASSERT_TRUE(address) << address.error().text;
    EXPECT_EQ(address->addresses.at(0).text(), "127.0.0.1");
    EXPECT_LE(address->ttl, 60s);
    const auto mail = ask(*resolver, "example.net", Type::mx);
    ASSERT_TRUE(mail) << mail.error().text;
    std::vector<std::string> hosts;
    for (const auto& mx : mail->exchanges) hosts.push_back(mx.exchange.value().text());
    std::ranges::sort(hosts);
    EXPECT_EQ(hosts, (std::vector{"mx1.example.net"s, "mx2.example.net"s}));
}

TEST(DnsResolver, AnAliasIsFollowedAndTheCanonicalNameIsKnown) {
    const Server server([](const std::string& name, unsigned type) {
        if (name != "www.example.net") return Said{}.record(name, type, kLocal);
        return Said{}
            .record(name, kCname, wire("web.example.net"))
            .record("web.example.net", type, kLocal);
    });
    const auto answer = ask(*resolver_of(server.options()), "www.example.net", Type::a);
    ASSERT_TRUE(answer) << answer.error().text;
    EXPECT_EQ(answer->canonical.text(), "web.example.net");
    EXPECT_EQ(answer->addresses.size(), 1u);
}

TEST(DnsResolver, AbsenceIsAnAnswer) {
    const Server server([](const std::string& name, unsigned) {
        return name == "gone.example" ? Said{.flags = 0x8183} : Said{};
    });
    const auto resolver = resolver_of(server.options());
    EXPECT_EQ(ask(*resolver, "gone.example", Type::mx)->found, Found::no_such_name);
    EXPECT_EQ(ask(*resolver, "here.example", Type::mx)->found, Found::no_records);
}

TEST(DnsResolver, AServerThatFailsIsAFault) {
    const Server server([](const std::string&, unsigned) { return Said{.flags = 0x8182}; });
    const auto answer = ask(*resolver_of(server.options()), "example.net", Type::a);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, Kind::servfail);
    EXPECT_EQ(answer.error().text, "SERVFAIL");
}

TEST(DnsResolver, ADeadlineEndsWhatASilentServerDoesNot) {
    const Server server([](const std::string&, unsigned) { return Said{.silent = true}; });
    const auto resolver = resolver_of(server.options());
    for (const auto patience : {0ms, 50ms}) {
        const auto answer = ask(*resolver, "example.net", Type::a, patience);
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().kind, Kind::timed_out);
    }
}

TEST(DnsResolver, ADrainThatCancelsEndsAQuestion) {
    const Server server([](const std::string&, unsigned) { return Said{.silent = true}; });
    const auto resolver = resolver_of(server.options());
    IoThreads io(1);
    std::optional<Answer> answer;
    io.spawn(0, keep(*resolver, answer));
    io.start();
    EXPECT_TRUE(io.drain(10ms));
    io.stop();
    ASSERT_TRUE(answer);
    ASSERT_FALSE(*answer);
    EXPECT_EQ(answer->error().kind, Kind::cancelled);
}

TEST(DnsResolver, ALoopThatIsCancelledAsksNothing) {
    const Server server(
        [](const std::string& name, unsigned type) { return Said{}.record(name, type, kLocal); });
    const auto resolver = resolver_of(server.options());
    const auto late = [](dns::Resolver& of) -> Task<Answer> {
        Loop::of(co_await boost::asio::this_coro::executor).cancel_all();
        co_return co_await of.ask({*dns::Name::parse("example.net"), Type::a}, in(60s));
    };
    const auto answer = run_task(late(*resolver));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, Kind::cancelled);
    EXPECT_EQ(server.questions(), 0u);
}

TEST(DnsResolver, ManyAskAtTheSameTimeFromSeveralLoops) {
    const Server server([](const std::string& name, unsigned type) {
        return name.starts_with("odd") ? Said{.silent = true} : Said{}.record(name, type, kLocal);
    });
    const auto resolver = resolver_of(server.options());
    IoThreads io(2);
    std::atomic<unsigned> answered = 0, timed_out = 0;
    for (unsigned i = 0; i < 100; ++i) {
        const bool even = i % 4 < 2;
        io.spawn(i % 2, count(*resolver, (even ? "even" : "odd") + std::to_string(i) + ".example",
                              even ? 30'000ms : 300ms, even ? answered : timed_out));
    }
    io.start();
    EXPECT_TRUE(io.drain(30s));
    io.stop();
    EXPECT_EQ(answered, 50u);
    EXPECT_EQ(timed_out, 50u);
}

TEST(DnsResolver, security_29_NobodyElsesWordMakesAnAnswerSecure) {
    const Server server([](const std::string& name, unsigned type) {
        Said said{.flags = 0x8180 | kAuthentic};
        return said.record(name, type, kLocal);
    });
    const auto answer = ask(*resolver_of(server.options()), "example.net", Type::a);
    ASSERT_TRUE(answer) << answer.error().text;
    EXPECT_FALSE(answer->secure);
}

TEST(DnsResolver, security_29_AnAnswerToAnotherQuestionIsNone) {
    const Server server([](const std::string&, unsigned type) {
        return Said{}.record("other.example", type, kLocal);
    });
    const auto answer = ask(*resolver_of(server.options()), "example.net", Type::a, 2s);
    EXPECT_TRUE(!answer || answer->addresses.empty());
}

TEST(DnsResolver, security_29_ALoopOfAliasesComesToAnEnd) {
    const Server server([](const std::string& name, unsigned) {
        return Said{}.record(name, kCname, wire(name == "a.example" ? "b.example" : "a.example"));
    });
    const auto answer = ask(*resolver_of(server.options()), "a.example", Type::mx);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, Kind::servfail);
}

TEST(DnsResolver, security_29_RubbishIsNoAnswer) {
    const Server server([](const std::string&, unsigned) {
        return Said{.records = 7, .octets = "\xC0\x0C\xC0\x0C\0\x0F\0\x01rubbish"s};
    });
    const auto answer = ask(*resolver_of(server.options()), "example.net", Type::mx, 2s);
    ASSERT_FALSE(answer);
}

// Octets of a stranger reach libunbound first and our readers behind it.
TEST(DnsResolver, security_29_SpoiltPacketsEndEveryQuestionAndHarmNobody) {
    SeededEntropy chance{29};
    const Server server([&](const std::string& name, unsigned type) {
        auto said = Said{}
                        .record(name, kCname, wire("b.example"))
                        .record("b.example", type, "\0\x0A"s + wire("mx.example.net"));
        for (auto flips = chance.next() % 8; flips > 0; --flips) {
            const auto bit = chance.next() % (8 * said.octets.size());
            said.octets[bit / 8] = static_cast<char>(said.octets[bit / 8] ^ 1 << bit % 8);
        }
        said.records += static_cast<unsigned>(chance.next() % 3);
        said.octets.resize(said.octets.size() - chance.next() % 4);
        return said;
    });
    const auto resolver = resolver_of(server.options());
    std::atomic<unsigned> ended = 0;
    const auto one = [](dns::Resolver& of, std::string name,
                        std::atomic<unsigned>& count) -> Task<void> {
        const auto answer = co_await of.ask({*dns::Name::parse(name), Type::mx}, in(1s));
        if (!answer || answer->exchanges.size() <= 1) ++count;
    };
    std::vector<Task<void>> tasks;
    for (int i = 0; i < 300; ++i) {
        tasks.push_back(one(*resolver, "a" + std::to_string(i) + ".example", ended));
    }
    run_tasks(std::move(tasks));
    EXPECT_EQ(ended, 300u);
    EXPECT_GT(server.questions(), 0u);
}

TEST(DnsResolver, WhatCannotBeSetUpSaysWhy) {
    const auto why = [](const DnsOptions& options) {
        const auto made = make_dns_resolver(options);
        return made ? ""s : made.error();
    };
    EXPECT_EQ(why({.servers = {{"not-an-address", 53}}}), "not-an-address:53: syntax error");
    EXPECT_EQ(why({.resolv_conf = "/nowhere/resolv.conf"}),
              "/nowhere/resolv.conf: error reading file");
    EXPECT_EQ(why({.servers = {{"127.0.0.1", 53}}, .trust_anchor = "/nowhere/root.key"}),
              "the trust anchor /nowhere/root.key cannot be read");
    const auto file = testing::TempDir() + "/no-anchor";
    std::ofstream(file) << "this is no record\n";
    EXPECT_TRUE(why({.servers = {{"127.0.0.1", 53}}, .trust_anchor = file})
                    .starts_with("DNS with trust anchor " + file));
}

}  // namespace
}  // namespace signet::net
