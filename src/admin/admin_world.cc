#include "admin/admin_world.h"

namespace signet::admin {

Outcome Admin::ask(std::string_view method, std::string_view parameters) {
    auto request = parse_request(R"({"method":")" + std::string{method} + R"(","parameters":)" +
                                 std::string{parameters} + "}")
                       .value();
    request.actor = {"1000", "ann", "cli"};
    return run_task(answer(services_, std::move(request)));
}

queue::QueueId Admin::put_message() {
    return run_task([](queue::QueueStore& queue) -> Task<queue::QueueId> {
        auto draft = co_await queue.begin();
        co_await (*draft)->append("hello");
        queue::MessageInfo info;
        info.account = "ann@a.example";
        info.envelope.sender.mailbox = mail::Mailbox{"ann", "a.example"};
        info.envelope.recipients = {{mail::Mailbox{"bob", "b.example"}}};
        const auto accepted = co_await (*draft)->commit(std::move(info), {});
        co_return accepted->id();
    }(queue_));
}

}  // namespace signet::admin
