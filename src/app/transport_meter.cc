#include "app/transport_meter.h"

#include <algorithm>
#include <array>
#include <utility>

namespace signet::app {
namespace {

using Kind = queue::RecipientOutcome::Kind;
namespace metric = observe::metric;
using observe::Counter, observe::Gauge, observe::Histogram;

// The best that came of it for any recipient: a try is delivered if somebody got the message.
Kind result_of(const relay::Attempt& attempt) {
    const auto any = [&](Kind kind) {
        return std::ranges::any_of(attempt.answers,
                                   [&](const auto& answer) { return answer.kind == kind; });
    };
    if (any(Kind::delivered)) return Kind::delivered;
    return any(Kind::deferred) ? Kind::deferred : Kind::failed;
}

class Held {
public:
    explicit Held(Gauge& gauge) : gauge_(gauge) { gauge_.add(1); }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;
    ~Held() { gauge_.add(-1); }

private:
    Gauge& gauge_;
};

struct TlsCounters {
    Counter &tls, &clear, &failed;
};

struct SessionCounters {
    Counter &fresh, &kept;
};

class MeteredTransport final : public relay::Transport {
public:
    MeteredTransport(std::shared_ptr<relay::Transport> next, observe::Registry& registry,
                     const Clock& clock, const std::string& route, const std::string& tls)
        : next_(std::move(next)),
          clock_(clock),
          open_(registry.gauge(metric::kOutbound, {route})),
          seconds_{&registry.histogram(metric::kDeliveryAttemptSeconds, {route, "delivered"}),
                   &registry.histogram(metric::kDeliveryAttemptSeconds, {route, "deferred"}),
                   &registry.histogram(metric::kDeliveryAttemptSeconds, {route, "bounced"})} {
        if (tls.empty()) return;
        sessions_.emplace(registry.counter(metric::kDeliverySessions, {route, "new"}),
                          registry.counter(metric::kDeliverySessions, {route, "kept"}));
        tls_.emplace(registry.counter(metric::kDeliveryTls, {route, tls, "tls"}),
                     registry.counter(metric::kDeliveryTls, {route, tls, "clear"}),
                     registry.counter(metric::kDeliveryTls, {route, tls, "failed"}));
    }

    bool wants_one_domain() const override { return next_->wants_one_domain(); }

    Task<relay::Attempt> deliver(const relay::Load& load) override {
        const Held held{open_};
        const auto began = clock_.steady();
        auto attempt = co_await next_->deliver(load);
        const std::chrono::duration<double> took = clock_.steady() - began;
        seconds_[static_cast<std::size_t>(result_of(attempt))]->observe(took.count());
        count_tls(attempt);
        count_session(attempt);
        co_return attempt;
    }

private:
    void count_session(const relay::Attempt& attempt) {
        const bool connected = attempt.cause != relay::Cause::connect &&
                               attempt.cause != relay::Cause::dns &&
                               attempt.cause != relay::Cause::local;
        if (sessions_ && connected) {
            (attempt.kept_session ? sessions_->kept : sessions_->fresh).add();
        }
    }

    void count_tls(const relay::Attempt& attempt) {
        if (!tls_) return;
        if (attempt.cause == relay::Cause::tls) {
            tls_->failed.add();
        } else if (attempt.tls) {
            tls_->tls.add();
        } else if (attempt.cause == relay::Cause::remote) {  // it got as far as a conversation
            tls_->clear.add();
        }
    }

    const std::shared_ptr<relay::Transport> next_;
    const Clock& clock_;
    Gauge& open_;
    const std::array<Histogram*, 3> seconds_;  // by Kind
    std::optional<TlsCounters> tls_;
    std::optional<SessionCounters> sessions_;
};

}  // namespace

std::shared_ptr<relay::Transport> metered(std::shared_ptr<relay::Transport> transport,
                                          observe::Registry& registry, const Clock& clock,
                                          const std::string& route, const std::string& tls) {
    return std::make_shared<MeteredTransport>(std::move(transport), registry, clock, route, tls);
}

}  // namespace signet::app
