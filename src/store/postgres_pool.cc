#include "store/postgres_pool.h"

#include "base/invariant.h"
#include "net/alarm.h"
#include "net/first_answer.h"
#include "net/io_threads.h"
#include "net/timer.h"
#include "store/postgres_session.h"

#include <algorithm>
#include <deque>
#include <utility>

namespace signet::store {
namespace {

using std::chrono::steady_clock;
using Asker = std::shared_ptr<net::FirstAnswer<PostgresAnswer>>;
using Steps = std::shared_ptr<std::vector<std::string>>;

constexpr std::chrono::seconds kAnotherLook{2};   // for a channel that nobody listens to
constexpr std::chrono::seconds kOneMoreLater{2};  // after a connection that could not be had
constexpr std::chrono::seconds kSameSentence{60};
// Of what is said on the channel, which any role of the database can: each change has every session
// looked up again.
constexpr std::chrono::milliseconds kBetweenChanges{100};

struct Question {
    std::size_t statement = 0;
    std::vector<std::string> parameters;
    Deadline deadline = Deadline::never();
    Asker asker;
    bool again = false;  // its first connection broke
    SteadyTime sent{};
};

struct Line {
    bool opening = false;
    std::optional<PostgresSession> open;
    std::deque<Question> asked;  // in the order in which the answers come
    SteadyTime answered{};       // the last time
};

// The first of several counts at once, the others together when a moment is over.
class Changes {
public:
    std::uint64_t count() const { return count_; }
    void miss() { ++count_; }
    void add() {
        ++count_;
        next_ = steady_clock::now() + kBetweenChanges;
        waits_ = false;
    }
    // When it is to be added; nullopt: it has been, or will be with another one.
    std::optional<SteadyTime> take() {
        if (steady_clock::now() < next_) {
            return std::exchange(waits_, true) ? std::nullopt : std::optional{next_};
        }
        add();
        return {};
    }

private:
    std::atomic<std::uint64_t> count_ = 0;
    SteadyTime next_{};
    bool waits_ = false;
};

}  // namespace

// But for ask() and generation(), all of it is used on the loop's thread.
struct PostgresPool::Impl {
    explicit Impl(PostgresPoolOptions wanted) : options(std::move(wanted)) {
        for (unsigned i = 0; i < options.connections; ++i) {
            lines.push_back(std::make_unique<Line>());
        }
        if (options.server.channel.empty()) {
            // Whoever reads the log at the start wants to know whether it works.
            io.post(0, [this] { begin(*lines.front()); });
        } else {
            io.spawn(0, keep_listening());
        }
        io.start();
    }

    // Everybody who waits for the loop is woken by the drain, and ends.
    ~Impl() {
        io.post(0, [this] {
            ending = true;
            for (auto& one : std::exchange(waiting, {})) refuse(one, StoreFault::unavailable);
        });
        io.drain(std::chrono::seconds{1});
        io.stop();
        for (auto& line : lines) {
            for (auto& one : line->asked) refuse(one, StoreFault::unavailable);
        }
        for (auto& one : waiting) refuse(one, StoreFault::unavailable);
    }

    static void refuse(Question& question, StoreFault fault, std::string detail = {}) {
        (*question.asker)(fail(PostgresTrouble{fault, std::move(detail)}));
    }

    // The same again is said once a minute.
    void report(const std::string& detail) {
        const auto now = steady_clock::now();
        if (detail == said.first && now < said.second + kSameSentence) return;
        said = {detail, now};
        if (options.report) options.report(detail);
    }

    // ---- who asks ----

    void take(Question question) {
        if (ending) return refuse(question, StoreFault::unavailable);
        waiting.push_back(std::move(question));
        hand_out();
    }

    // What waits goes where least is to be done.  While every connection has something to do, one
    // more is made, and the question does not wait for it.
    void hand_out() {
        const auto now = steady_clock::now();
        while (!waiting.empty()) {
            if (waiting.front().deadline.when() <= now) {
                refuse(waiting.front(), StoreFault::deadline);
                waiting.pop_front();
                continue;
            }
            auto* const least = least_busy();
            auto* const none = unused();
            const bool room = opening() < waiting.size() && (!up() || now >= not_before);
            if (none != nullptr && room && (!least || !least->asked.empty())) begin(*none);
            if (least == nullptr) break;
            auto question = std::move(waiting.front());
            waiting.pop_front();
            put(*least, std::move(question));
        }
        if (!up() && opening() == 0) answer_all_waiting();
    }

    bool up() const {
        return std::ranges::any_of(lines, [](const auto& line) { return line->open.has_value(); });
    }
    std::size_t opening() const {
        return static_cast<std::size_t>(std::ranges::count(lines, true, &Line::opening));
    }
    Line* unused() const {
        const auto found = std::ranges::find_if(
            lines, [](const auto& line) { return !line->open && !line->opening; });
        return found == lines.end() ? nullptr : found->get();
    }
    Line* least_busy() const {
        Line* least = nullptr;
        for (const auto& line : lines) {
            if (!line->open || line->asked.size() >= kPostgresPipeline) continue;
            if (least == nullptr || line->asked.size() < least->asked.size()) least = line.get();
        }
        return least;
    }

    // Its connection may be broken: then it is put elsewhere when that is heard.
    static void put(Line& line, Question question) {
        question.sent = steady_clock::now();
        [[maybe_unused]] const bool sent =
            line.open->ask(question.statement, question.parameters).has_value();
        line.asked.push_back(std::move(question));
    }

    void answer_all_waiting() {
        for (auto& one : std::exchange(waiting, {})) refuse(one, trouble.fault, trouble.detail);
    }

    // ---- a connection ----

    void begin(Line& line) {
        if (ending || line.opening || line.open) return;
        line.opening = true;
        io.spawn(0, live(line));
    }

    Task<void> live(Line& line) {
        auto made =
            co_await open_session(io.executor(0), options, first_host,
                                  Deadline::at(steady_clock::now() + options.timeout), nullptr);
        line.opening = false;
        if (!made) {
            trouble = std::move(made.error());
            if (!ending) report(trouble.detail);
            not_before = steady_clock::now() + kOneMoreLater;
            hand_out_or_give_up();
            co_return;
        }
        first_host = made->connection.host();
        line.open.emplace(std::move(*made));
        count_listener(line.open->listens, +1);
        hand_out();
        trouble = co_await serve(line);
        count_listener(line.open->listens, -1);
        line.open.reset();
        // That an idle one ends is nothing to be told of, if another can be had.
        if (!ending && !line.asked.empty()) report(trouble.detail);
        ask_again(line);
    }

    // Who waited for the connection that could not be had hears why, if there is no other.
    void hand_out_or_give_up() {
        if (!up() && opening() == 0) answer_all_waiting();
        if (up()) hand_out();
    }

    // The first of them may be why, and is asked once more; those behind it had no part in it.
    void ask_again(Line& line) {
        auto asked = std::exchange(line.asked, {});
        if (ending || trouble.fault == StoreFault::deadline) {
            for (auto& one : asked) refuse(one, trouble.fault, trouble.detail);
            return;
        }
        if (!asked.empty() && asked.front().again) {
            refuse(asked.front(), trouble.fault, trouble.detail);
            asked.pop_front();
        } else if (!asked.empty()) {
            asked.front().again = true;
        }
        waiting.insert(waiting.begin(), std::make_move_iterator(asked.begin()),
                       std::make_move_iterator(asked.end()));
        if (!waiting.empty()) hand_out();
    }

    // Until the connection is of no more use; then why.
    Task<PostgresTrouble> serve(Line& line) {
        for (;;) {
            auto heard =
                co_await line.open->connection.hear(Deadline::at(steady_clock::now() + hang()));
            if (std::holds_alternative<PostgresNotice>(heard)) note_change();
            if (auto* broken = std::get_if<PostgresBroken>(&heard)) {
                co_return PostgresTrouble{StoreFault::unavailable, std::move(broken->detail)};
            }
            if (auto* answer = std::get_if<PostgresAnswer>(&heard)) {
                if (auto ends = answered(line, std::move(*answer))) co_return std::move(*ends);
            }
            if (overdue(line)) {
                co_return PostgresTrouble{StoreFault::deadline,
                                          line.open->connection.where() + " does not answer"};
            }
        }
    }

    // The server has ended a statement by then: it does not answer at all, whatever else it says.
    std::chrono::milliseconds hang() const { return options.timeout * 5 / 4; }
    bool overdue(const Line& line) const {
        if (line.asked.empty()) return false;
        return std::max(line.asked.front().sent, line.answered) + hang() <= steady_clock::now();
    }

    // One that may be answered on another connection stays with this one's, which ends.
    std::optional<PostgresTrouble> answered(Line& line, PostgresAnswer answer) {
        INVARIANT(!line.asked.empty(), "an answer is one to a question");
        auto& first = line.asked.front();
        line.answered = steady_clock::now();
        if (!answer && answer.error().stale) return std::move(answer.error());
        if (!answer) report(answer.error().detail);
        (*first.asker)(std::move(answer));
        line.asked.pop_front();
        hand_out();
        return {};
    }

    // ---- the channel ----

    void count_listener(bool listens, int change) {
        if (!listens) return;
        listeners += change;
        if (change > 0 && listeners == 1) changes.miss();  // what was said meanwhile was not heard
    }

    void note_change() {
        if (const auto when = changes.take()) io.spawn(0, add_change(*when));
    }
    Task<void> add_change(SteadyTime when) {
        co_await net::sleep_until(when);
        changes.add();
    }

    Task<void> keep_listening() {
        do {
            if (!up() && opening() == 0) begin(*lines.front());
        } while (co_await net::sleep_for(kAnotherLook));
    }

    // ---- one connection alone ----

    Task<void> try_alone(Question question, Steps steps) {
        auto answer =
            co_await ask_alone(io.executor(0), options, question.statement,
                               std::move(question.parameters), question.deadline, steps.get());
        (*question.asker)(std::move(answer));
    }

    Task<void> run_alone(std::vector<std::string> sql, Deadline deadline, Asker asker,
                         Steps steps) {
        auto answer = co_await run_on_its_own(io.executor(0), options.server, std::move(sql),
                                              deadline, steps.get());
        (*asker)(std::move(answer));
    }

    const PostgresPoolOptions options;
    std::vector<std::unique_ptr<Line>> lines;
    std::deque<Question> waiting;
    PostgresTrouble trouble{StoreFault::unavailable, "not connected"};  // the last one
    std::pair<std::string, SteadyTime> said;
    std::size_t first_host = 0;
    SteadyTime not_before{};  // one more connection
    int listeners = 0;
    bool ending = false;
    Changes changes;
    net::Alarm alarm;
    net::IoThreads io{1};
};

PostgresPool::PostgresPool(PostgresPoolOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))) {}
PostgresPool::~PostgresPool() = default;

void PostgresPool::spawn(Task<void> task) { impl_->io.spawn(0, std::move(task)); }

std::uint64_t PostgresPool::generation() const { return impl_->changes.count(); }

namespace {

void end_at(net::Alarm& alarm, Deadline deadline, const Asker& asker) {
    alarm.at(deadline.when(), [weak = std::weak_ptr{asker}] {
        const auto still = weak.lock();
        if (still) (*still)(fail(PostgresTrouble{StoreFault::deadline, "no answer in time"}));
    });
}

}  // namespace

Task<PostgresAnswer> PostgresPool::ask(std::size_t statement, std::vector<std::string> parameters,
                                       Deadline deadline) {
    co_return co_await net::suspend<PostgresAnswer>([&](net::Resume<PostgresAnswer> resume) {
        auto asker = std::make_shared<net::FirstAnswer<PostgresAnswer>>(std::move(resume));
        end_at(impl_->alarm, deadline, asker);
        impl_->io.post(0, [impl = impl_.get(), asker, statement, deadline,
                           parameters = std::move(parameters)]() mutable {
            impl->take({statement, std::move(parameters), deadline, std::move(asker)});
        });
    });
}

Task<PostgresAnswer> PostgresPool::try_out(std::size_t statement,
                                           std::vector<std::string> parameters, Deadline deadline,
                                           Steps steps) {
    co_return co_await net::suspend<PostgresAnswer>([&](net::Resume<PostgresAnswer> resume) {
        auto asker = std::make_shared<net::FirstAnswer<PostgresAnswer>>(std::move(resume));
        end_at(impl_->alarm, deadline, asker);
        impl_->io.spawn(0, impl_->try_alone({statement, std::move(parameters), deadline, asker},
                                            std::move(steps)));
    });
}

Task<PostgresAnswer> PostgresPool::run_alone(std::vector<std::string> sql, Deadline deadline,
                                             Steps steps) {
    co_return co_await net::suspend<PostgresAnswer>([&](net::Resume<PostgresAnswer> resume) {
        auto asker = std::make_shared<net::FirstAnswer<PostgresAnswer>>(std::move(resume));
        end_at(impl_->alarm, deadline, asker);
        impl_->io.spawn(0, impl_->run_alone(std::move(sql), deadline, asker, std::move(steps)));
    });
}

}  // namespace signet::store
