#include "relay/worker_bench.h"

#include "net/run_task.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace signet::relay {
namespace {

namespace asio = boost::asio;

}  // namespace

Task<void> let_others_run() {
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
}

WorkerBench::WorkerBench(queue::QueueStore* store) : parts(services_over(store ? *store : queue)) {
    parts.sleep = [this](std::chrono::milliseconds span) -> Task<bool> {
        ++sleeps;
        clock.advance(span);
        each_sleep();
        co_await let_others_run();
        co_return true;
    };
}

void WorkerBench::accept_from(std::string account, const std::string& to) {
    queue::MessageInfo info;
    info.envelope.sender.mailbox = mail::Mailbox{"sender", "example.org"};
    const auto at = to.find('@');
    info.envelope.recipients = {{{to.substr(0, at), to.substr(at + 1)}}};
    info.account = std::move(account);
    info.accepted = clock.wall();
    accept_message(std::move(info), "Subject: hello\r\n\r\nbody\r\n");
}

void WorkerBench::run_until(std::function<bool()> done) {
    net::run_task([](WorkerBench& bench, std::function<bool()> finished) -> Task<void> {
        const auto executor = co_await asio::this_coro::executor;
        bench.worker.emplace(bench.parts, bench.options, [executor](Task<void> task) {
            asio::co_spawn(executor, std::move(task), asio::detached);
        });
        bench.each_sleep = [&bench, inner = bench.each_sleep, finished] {
            inner();
            if (finished() || bench.sleeps > 10'000) bench.worker->stop();
        };
        co_await bench.worker->run();
        for (int i = 0; i < 100'000 && bench.worker->in_flight() > 0; ++i) {
            co_await let_others_run();
        }
    }(*this, std::move(done)));
}

}  // namespace signet::relay
