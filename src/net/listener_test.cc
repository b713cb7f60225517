#include "net/listener.h"

#include "net/connect.h"
#include "net/run_task.h"
#include "net/system_clock.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>
#include <atomic>
#include <mutex>
#include <set>
#include <thread>

namespace signet::net {
namespace {

using namespace std::chrono_literals;

Deadline soon() { return Deadline::in(SystemClock{}, 10s); }

Task<void> greet(std::unique_ptr<Stream> stream) {
    (void)co_await stream->write("220\r\n", soon());
    co_await stream->close();
}

Task<std::string> visit(ConnectTarget target) {
    auto stream = co_await connect(std::move(target), soon());
    if (!stream) co_return stream.error().text;
    std::string all;
    while (const auto part = co_await (*stream)->read_some(soon())) all += *part;
    co_await (*stream)->close();
    co_return all;
}

TEST(Listener, ReportsThePortThatPortZeroBecame) {
    IoThreads io(2);
    auto listener = Listener::open(io, {{{"127.0.0.1", 0}, {"::1", 0}}, nullptr}, greet);
    ASSERT_TRUE(listener) << listener.error();
    io.start();
    ASSERT_EQ((*listener)->addresses().size(), 2u);
    for (const auto& address : (*listener)->addresses()) {
        EXPECT_NE(address.port, 0);
        EXPECT_EQ(run_task(visit({address.ip, address.port, nullptr})), "220\r\n");
    }
}

TEST(Listener, EveryThreadHasItsShare) {
    std::mutex mutex;
    std::set<std::thread::id> seen;
    IoThreads io(2);
    auto listener =
        Listener::open(io, {{{"127.0.0.1", 0}}, nullptr}, [&](std::unique_ptr<Stream> stream) {
            {
                const std::lock_guard lock(mutex);
                seen.insert(std::this_thread::get_id());
            }
            return greet(std::move(stream));
        });
    ASSERT_TRUE(listener) << listener.error();
    io.start();
    const auto port = (*listener)->addresses().front().port;
    for (int i = 0; i < 200; ++i) {
        EXPECT_EQ(run_task(visit({"127.0.0.1", port, nullptr})), "220\r\n");
        const std::lock_guard lock(mutex);
        if (seen.size() == 2) break;
    }
    EXPECT_EQ(seen.size(), 2u);
}

TEST(Listener, ASecondInstanceIsRefusedByNameAndPort) {
    IoThreads io(2);
    auto first = Listener::open(io, {{{"127.0.0.1", 0}}, nullptr}, greet);
    ASSERT_TRUE(first) << first.error();
    const auto address = (*first)->addresses().front();
    for (int i = 0; i < 2; ++i) {  // started or not
        const auto second = Listener::open(io, {{address}, nullptr}, greet);
        ASSERT_FALSE(second);
        EXPECT_EQ(second.error(), address.text() +
                                      " is in use: another program, perhaps another "
                                      "Signet, listens there");
        if (i == 0) io.start();
    }
}

TEST(Listener, OneOfManyThatStartTogetherWins) {
    IoThreads io(2);
    auto probe = Listener::open(io, {{{"127.0.0.1", 0}}, nullptr}, greet);
    ASSERT_TRUE(probe);
    const auto address = (*probe)->addresses().front();
    io.start();
    EXPECT_TRUE(io.drain(10s));
    std::atomic<int> won = 0, ready = 0;
    std::vector<std::thread> threads;
    std::vector<std::unique_ptr<IoThreads>> ios;
    for (int i = 0; i < 8; ++i) ios.push_back(std::make_unique<IoThreads>(2));
    std::mutex mutex;
    std::vector<std::unique_ptr<Listener>> kept;
    for (auto& each : ios) {
        threads.emplace_back([&, own = each.get()] {
            ++ready;
            while (ready < 8) std::this_thread::yield();
            auto opened = Listener::open(*own, {{address}, nullptr}, greet);
            if (!opened) return;
            ++won;
            const std::lock_guard lock(mutex);
            kept.push_back(std::move(*opened));
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(won, 1);
    kept.clear();
}

TEST(Listener, EachAddressThatCannotBeIsASentence) {
    IoThreads io(1);
    const auto refused = [&](Endpoint address) {
        const auto opened = Listener::open(io, {{address}, nullptr}, greet);
        return opened ? std::string("opened") : opened.error();
    };
    EXPECT_EQ(refused({"192.0.2.254", 2'525}),
              "cannot listen on 192.0.2.254:2525: this machine has no such address");
    EXPECT_EQ(refused({"localhost", 2'525}), "cannot listen on localhost:2525: not an IP address");
    EXPECT_EQ(refused({"", 2'525}), "cannot listen on :2525: not an IP address");
}

TEST(Listener, IPv6SocketsTakeIPv6Only) {
    IoThreads io(1);
    auto six = Listener::open(io, {{{"::", 0}}, nullptr}, greet);
    ASSERT_TRUE(six) << six.error();
    const auto port = (*six)->addresses().front().port;
    auto four = Listener::open(io, {{{"0.0.0.0", port}}, nullptr}, greet);
    ASSERT_TRUE(four) << four.error();
}

TEST(Listener, StopsButFirstHandsOnWhatHasArrived) {
    IoThreads io(1);
    auto listener = Listener::open(io, {{{"127.0.0.1", 0}}, nullptr}, greet);
    ASSERT_TRUE(listener) << listener.error();
    const auto port = (*listener)->addresses().front().port;
    std::vector<std::string> answers(3);
    std::vector<Task<void>> tasks;
    const auto client = [](std::uint16_t to, std::string& answer) -> Task<void> {
        answer = co_await visit({"127.0.0.1", to, nullptr});
    };
    for (auto& answer : answers) tasks.push_back(client(port, answer));
    tasks.push_back([](Listener& l, IoThreads& threads) -> Task<void> {
        l.stop();  // the three are in the backlog: nothing has run yet
        threads.start();
        co_return;
    }(**listener, io));
    run_tasks(std::move(tasks));
    for (const auto& answer : answers) EXPECT_EQ(answer, "220\r\n");
    while (io.tasks() > 0) std::this_thread::yield();
    EXPECT_NE(run_task(visit({"127.0.0.1", port, nullptr})).find("refused"), std::string::npos);
}

TEST(Listener, MayBeOpenedAndStoppedWhileTheThreadsRun) {
    IoThreads io(2);
    io.start();
    Endpoint address{"127.0.0.1", 0};
    for (int i = 0; i < 50; ++i) {
        auto listener = Listener::open(io, {{address}, nullptr}, greet);
        ASSERT_TRUE(listener) << listener.error();
        address = (*listener)->addresses().front();
        EXPECT_EQ(run_task(visit({address.ip, address.port, nullptr})), "220\r\n");
        (*listener)->stop();
        listener->reset();
        while (io.tasks() > 0) std::this_thread::yield();  // the port is free again
    }
}

TEST(Listener, WaitsWhenDescriptorsRunOutAndGoesOnWhenThereAreMore) {
#if __has_feature(address_sanitizer)
    GTEST_SKIP() << "UBSan itself needs a descriptor now and then; this runs under TSan";
#endif
    std::mutex mutex;
    std::vector<std::string> warnings;
    IoThreads io(1);
    auto listener = Listener::open(io,
                                   {.bind = {{"127.0.0.1", 0}},
                                    .tls = nullptr,
                                    .warn =
                                        [&](const std::string& text) {
                                            const std::lock_guard lock(mutex);
                                            warnings.push_back(text);
                                        }},
                                   greet);
    ASSERT_TRUE(listener) << listener.error();
    const auto port = (*listener)->addresses().front().port;

    // The client's socket first, then no descriptor is left for the server's side of it.
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    const auto answer =
        run_task([](std::uint16_t to, IoThreads& threads, rlimit usual, std::mutex& m,
                    std::vector<std::string>& seen) -> Task<std::string> {
            auto stream = co_await connect({"127.0.0.1", to, nullptr}, soon());
            if (!stream) co_return stream.error().text;
            rlimit none = usual;
            const int lowest = ::dup(0);
            ::close(lowest);
            none.rlim_cur = static_cast<rlim_t>(lowest);
            ::setrlimit(RLIMIT_NOFILE, &none);
            threads.start();
            for (;;) {
                const std::lock_guard lock(m);
                if (!seen.empty()) break;
            }
            ::setrlimit(RLIMIT_NOFILE, &usual);
            const auto part = co_await (*stream)->read_some(soon());
            co_return part ? std::string(*part) : std::string(name(part.error()));
        }(port, io, before, mutex, warnings));
    EXPECT_EQ(answer, "220\r\n");
    EXPECT_EQ(warnings.front(), "cannot accept connections for now: Too many open files");
}

}  // namespace
}  // namespace signet::net
