#include "store/swapped_credentials.h"

#include "net/resume.h"
#include "net/run_task.h"
#include "net/timer.h"

#include <gtest/gtest.h>

namespace signet::store {
namespace {

class Named final : public identity::CredentialStore {
public:
    explicit Named(std::string name) : name_(std::move(name)) {}

    Task<Result<identity::CheckAnswer, StoreFault>> check(identity::Claim, Secret,
                                                          Deadline) override {
        co_await net::suspend_until_woken([this](net::Wakeup wakeup) {
            if (held) {
                waiting.emplace(std::move(wakeup));
            } else {
                wakeup();
            }
        });
        identity::Login login;
        login.account = name_;
        co_return login;
    }
    std::uint64_t generation() const override { return changes; }

    bool held = false;
    std::optional<net::Wakeup> waiting;
    std::uint64_t changes = 0;

private:
    const std::string name_;
};

Task<void> ask(SwappedCredentials& stores, std::string& answered) {
    const auto answer = co_await stores.check({}, Secret{}, Deadline::never());
    answered = std::get<identity::Login>(*answer).account;
}

TEST(SwappedCredentials, who_asked_is_answered_by_the_one_that_was_there) {
    SwappedCredentials stores;
    auto first = std::make_shared<Named>("first");
    first->held = true;
    std::weak_ptr<Named> alive = first;
    stores.put(first);
    std::string one, two;
    bool was_alive = false;
    const auto swap = [&]() -> Task<void> {
        while (!first->waiting) co_await net::sleep_for(std::chrono::milliseconds{1});
        auto wakeup = std::move(*first->waiting);
        first->waiting.reset();
        first.reset();
        stores.put(std::make_shared<Named>("second"));
        co_await ask(stores, two);
        was_alive = !alive.expired();
        wakeup();
    };
    std::vector<Task<void>> tasks;
    tasks.push_back(ask(stores, one));
    tasks.push_back(swap());
    net::run_tasks(std::move(tasks));
    EXPECT_EQ(one, "first");
    EXPECT_EQ(two, "second");
    EXPECT_TRUE(was_alive);
    EXPECT_TRUE(alive.expired());
}

TEST(SwappedCredentials, another_store_is_a_change_and_no_number_comes_twice) {
    SwappedCredentials stores;
    auto first = std::make_shared<Named>("first"), second = std::make_shared<Named>("second");
    first->changes = 1'000;
    stores.put(first);
    EXPECT_EQ(stores.generation(), 1'000u);
    const auto before = stores.generation();
    stores.put(second);
    const auto after = stores.generation();
    EXPECT_GT(after, before);
    second->changes = 1;
    EXPECT_GT(stores.generation(), after);
    stores.put(first);
    EXPECT_GT(stores.generation(), after + 1);
}

}  // namespace
}  // namespace signet::store
