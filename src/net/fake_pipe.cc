#include "net/fake_pipe.h"

#include "base/invariant.h"
#include "net/resume.h"

namespace signet::net {

namespace {

struct FakeWait {
    ManualClock& clock;
    Deadline deadline;
    Resume<bool> resume;  // false: the time is over
    std::unique_ptr<FakeWait>* owner;
};

thread_local std::vector<FakeWait*> waits;

// Octets on their way from one end to the other.
struct Direction {
    std::string octets;
    bool closed = false;                     // by the writer: no more follows
    bool deaf = false;                       // the reader is gone
    bool hello = false;                      // the writer has begun TLS …
    std::size_t before_hello = 0;            // … behind this many unread octets
    std::unique_ptr<FakeWait> waiting = {};  // the reader

    void wake(bool in_time) {
        if (!waiting) return;
        std::erase(waits, waiting.get());
        const auto wait = std::move(waiting);
        wait->resume(in_time);
    }
};

class PipeEnd final : public Stream {
public:
    PipeEnd(ManualClock& clock, std::shared_ptr<Direction> in, std::shared_ptr<Direction> out,
            PipeOptions options, bool is_client)
        : clock_(clock),
          in_(std::move(in)),
          out_(std::move(out)),
          options_(std::move(options)),
          is_client_(is_client) {}

    ~PipeEnd() override {
        in_->deaf = out_->closed = true;
        out_->wake(true);
    }

    Task<Result<std::string_view, IoFault>> read_some(Deadline deadline) override {
        last_.reset();
        while (in_->octets.empty()) {
            if (in_->closed) co_return fail(IoFault::closed);
            if (in_->hello && !tls_) co_return fail(IoFault::closed);  // not words any more
            if (!co_await arrival(deadline)) co_return fail(IoFault::timed_out);
        }
        const auto size = std::min(in_->octets.size(), options_.segment);
        last_ = std::make_unique<char[]>(size);
        in_->octets.copy(last_.get(), size);
        in_->octets.erase(0, size);
        in_->before_hello -= std::min(in_->before_hello, size);
        co_return std::string_view(last_.get(), size);
    }

    Task<Result<void, IoFault>> write(std::string_view octets, Deadline) override {
        if (out_->deaf || out_->closed) co_return fail(IoFault::closed);
        out_->octets += octets;
        last_.reset();
        out_->wake(true);
        co_return Result<void, IoFault>{};
    }

    Task<Result<void, IoFault>> start_tls(Deadline deadline) override {
        INVARIANT(!tls_, "TLS is begun once");
        last_.reset();
        out_->hello = true;
        out_->before_hello = out_->octets.size();
        out_->wake(true);
        while (!in_->hello && in_->octets.empty()) {
            if (in_->closed) co_return fail(IoFault::closed);
            if (!co_await arrival(deadline)) co_return fail(IoFault::timed_out);
        }
        if (!in_->hello || in_->before_hello > 0) {
            tls_error_ = "wrong version number";
            co_return fail(IoFault::tls);
        }
        tls_ = TlsInfo{"TLSv1.3", "TLS_AES_256_GCM_SHA384", options_.sni, false};
        co_return Result<void, IoFault>{};
    }

    bool has_unread_octets() override { return !in_->octets.empty(); }

    Task<void> close() override {
        out_->closed = true;
        out_->wake(true);
        co_return;
    }

    std::optional<TlsInfo> tls() const override { return tls_; }
    std::string last_tls_error() const override { return tls_error_; }
    Endpoint peer() const override { return is_client_ ? options_.server : options_.client; }
    Endpoint local() const override { return is_client_ ? options_.client : options_.server; }

private:
    // false: the deadline passed and nothing came.
    Task<bool> arrival(Deadline deadline) {
        if (deadline.passed(clock_)) co_return false;
        co_return co_await suspend<bool>([this, deadline](Resume<bool> resume) {
            INVARIANT(!in_->waiting, "one read at a time");
            in_->waiting =
                std::make_unique<FakeWait>(clock_, deadline, std::move(resume), &in_->waiting);
            waits.push_back(in_->waiting.get());
        });
    }

    ManualClock& clock_;
    std::shared_ptr<Direction> in_, out_;
    PipeOptions options_;
    bool is_client_;
    std::unique_ptr<char[]> last_;
    std::optional<TlsInfo> tls_;
    std::string tls_error_;
};

}  // namespace

Pipe make_pipe(ManualClock& clock, const PipeOptions& options) {
    auto up = std::make_shared<Direction>(), down = std::make_shared<Direction>();
    return {std::make_unique<PipeEnd>(clock, down, up, options, true),
            std::make_unique<PipeEnd>(clock, up, down, options, false)};
}

std::size_t fake_waits() { return waits.size(); }

bool expire_next_fake_wait() {
    const auto first = std::ranges::min_element(
        waits, {}, [](const FakeWait* wait) { return wait->deadline.when(); });
    if (first == waits.end() || (*first)->deadline.when() == SteadyTime::max()) return false;
    const auto wait = std::move(*(*first)->owner);
    waits.erase(first);
    const auto late = wait->deadline.when() - wait->clock.steady();
    if (late.count() > 0) {
        wait->clock.advance(std::chrono::ceil<std::chrono::microseconds>(late));
    }
    wait->resume(false);
    return true;
}

}  // namespace signet::net
