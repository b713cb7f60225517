// libunbound works on a thread of its own; a second one, ours, waits on its descriptor and hands
// the answers over.  Both belong to the resolver and to no event loop, so that a resolver can be
// made, shared by all loops and destroyed anywhere (docs/decisions/0110-dns-by-libunbound.md).
#include "net/dns_resolver.h"

#include "dns/reply.h"
#include "net/loop.h"
#include "net/resume.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unbound.h>
#include <unistd.h>
#include <array>
#include <mutex>
#include <optional>
#include <thread>

namespace signet::net {

namespace asio = boost::asio;

namespace {

using Answer = Result<dns::Answer, dns::Fault>;
using Kind = dns::Fault::Kind;

constexpr int kInternet = 1;  // the class IN (RFC 1035 §3.2.4)

struct ContextDeleter {
    void operator()(ub_ctx* context) const { ub_ctx_delete(context); }
};
using Context = std::unique_ptr<ub_ctx, ContextDeleter>;

struct ResultDeleter {
    void operator()(ub_result* result) const { ub_resolve_free(result); }
};

// A question that was asked.  Shared by who waits and by who answers; the first to end it counts.
struct Pending {
    explicit Pending(dns::Question asked) : question(std::move(asked)) {}

    void end(Answer answer) {
        std::optional<Resume<Answer>> wake;
        {
            const std::lock_guard lock(mutex);
            wake.swap(resume);
        }
        if (wake) (*wake)(std::move(answer));
    }

    const dns::Question question;
    std::mutex mutex;
    std::optional<Resume<Answer>> resume = {};
};
using PendingPtr = std::shared_ptr<Pending>;

Answer answer_of(const dns::Question& question, const ub_result& result) {
    std::vector<std::string_view> rdata;
    for (std::size_t i = 0; result.data != nullptr && result.data[i] != nullptr; ++i) {
        rdata.emplace_back(result.data[i], static_cast<std::size_t>(result.len[i]));
    }
    const auto text = [](const char* octets) { return octets ? octets : std::string_view{}; };
    return dns::read_reply(question, {.rcode = result.rcode,
                                      .secure = result.secure != 0,
                                      .bogus = result.bogus != 0,
                                      .why_bogus = text(result.why_bogus),
                                      .canonical = text(result.canonname),
                                      .ttl = std::chrono::seconds{result.ttl},
                                      .rdata = rdata});
}

dns::Fault fault_of(int error) {
    const auto kind = error == UB_SERVFAIL ? Kind::servfail : Kind::local;
    return {kind, ub_strerror(error)};
}

// Called by libunbound inside ub_process, once for each question that was not taken back.  What is
// thrown here would go through C: out of memory ends the process.
void answered(void* holder, int error, ub_result* raw) noexcept {
    const std::unique_ptr<PendingPtr> pending{static_cast<PendingPtr*>(holder)};
    const std::unique_ptr<ub_result, ResultDeleter> result{raw};
    if (error != 0 || !result) return (*pending)->end(fail(fault_of(error)));
    (*pending)->end(answer_of((*pending)->question, *result));
}

// Who waits for one answer, on his loop's thread.
struct Asking final : Loop::Waiter, std::enable_shared_from_this<Asking> {
    Asking(const asio::any_io_executor& executor, ub_ctx* on, dns::Question question)
        : Waiter(Loop::of(executor)),
          context(on),
          timer(executor),
          pending(std::make_shared<Pending>(std::move(question))) {}

    void begin(Resume<Answer> resume, Deadline deadline) {
        join();
        pending->resume.emplace(std::move(resume));
        if (loop().cancelled()) return cancel();
        if (deadline.when() <= std::chrono::steady_clock::now()) return time_out();
        auto holder = std::make_unique<PendingPtr>(pending);
        const auto name = pending->question.name.text() + ".";
        const int error =
            ub_resolve_async(context, name.c_str(), static_cast<int>(pending->question.type),
                             kInternet, holder.get(), &answered, &id);
        if (error != 0) return pending->end(fail(fault_of(error)));
        lent = holder.release();
        timer.expires_at(deadline.when());
        timer.async_wait([weak = weak_from_this()](const boost::system::error_code& ec) {
            if (ec) return;
            if (const auto self = weak.lock()) self->time_out();
        });
    }

    // libunbound calls back or takes back, never both: then the holder is ours again.
    void give_up(dns::Fault fault) {
        if (lent != nullptr && ub_cancel(context, id) == 0) delete lent;
        lent = nullptr;
        pending->end(fail(std::move(fault)));
    }
    void time_out() { give_up({Kind::timed_out, "no answer in time"}); }
    void begin_drain() override {}
    void cancel() override { give_up({Kind::cancelled, "the server stops"}); }

    // Back on the loop, with an answer.
    void settled() {
        lent = nullptr;
        timer.cancel();
    }

    ub_ctx* const context;
    asio::steady_timer timer;
    const PendingPtr pending;
    PendingPtr* lent = nullptr;  // to libunbound
    int id = 0;
};

class UnboundResolver final : public dns::Resolver {
public:
    explicit UnboundResolver(Context context)
        : context_(std::move(context)),
          stop_(::eventfd(0, EFD_CLOEXEC)),
          thread_([this] { hand_over(); }) {}

    ~UnboundResolver() override {
        const std::uint64_t one = 1;
        (void)!::write(stop_, &one, sizeof one);
        thread_.join();
        ::close(stop_);
    }

    Task<Answer> ask(dns::Question question, Deadline deadline) override {
        const auto asking = std::make_shared<Asking>(co_await asio::this_coro::executor,
                                                     context_.get(), std::move(question));
        auto answer = co_await suspend<Answer>(
            [&](Resume<Answer> resume) { asking->begin(std::move(resume), deadline); });
        asking->settled();
        co_return answer;
    }

private:
    void hand_over() {
        ::pthread_setname_np(::pthread_self(), "signet-dns");
        std::array<pollfd, 2> watched{{{ub_fd(context_.get()), POLLIN, 0}, {stop_, POLLIN, 0}}};
        for (;;) {
            if (::poll(watched.data(), watched.size(), -1) < 0) continue;  // EINTR
            if (watched[1].revents != 0) return;
            // libunbound's thread is gone; questions end with their deadlines.
            if ((watched[0].revents & POLLIN) == 0) return;
            ub_process(context_.get());
        }
    }

    const Context context_;
    const int stop_;
    std::thread thread_;
};

// What every context of ours has.  libunbound's own defaults are for a program that asks now and
// then: a question holds a socket until it is answered, so sixteen that are not would stop all.
constexpr std::pair<const char*, const char*> kSettings[] = {
    {"outgoing-range:", "128"},  // sockets: kDnsDescriptors
    {"outgoing-num-tcp:", "16"},
    {"msg-cache-size:", "4m"},
    {"rrset-cache-size:", "8m"},
    {"unwanted-reply-threshold:", "10000000"},  // a flood of forged answers empties the cache
    // A resolver on this machine (systemd-resolved, unbound) is one that people have chosen;
    // libunbound would leave it out.
    {"do-not-query-localhost:", "no"},
};

std::string said(const std::string& what, int error) { return what + ": " + ub_strerror(error); }

Result<void, std::string> add_servers(ub_ctx* context, const DnsOptions& options) {
    if (options.servers.empty()) {
        const int error = ub_ctx_resolvconf(context, options.resolv_conf.c_str());
        if (error != 0) return fail(said(options.resolv_conf, error));
    }
    for (const auto& server : options.servers) {
        const auto address = server.ip + "@" + std::to_string(server.port);
        const int error = ub_ctx_set_fwd(context, address.c_str());
        if (error != 0) return fail(said(server.text(), error));
    }
    return {};
}

Result<void, std::string> add_trust_anchor(ub_ctx* context, const std::string& path) {
    if (path.empty()) return {};
    if (::access(path.c_str(), R_OK) != 0)
        return fail("the trust anchor " + path + " cannot be read");
    const int error = ub_ctx_add_ta_file(context, path.c_str());
    if (error != 0) return fail(said(path, error));
    return {};
}

// To take away what is not there changes nothing, but ends the setting up: libunbound reads the
// trust anchor now, while somebody can still be told, and not at the first question.
Result<void, std::string> finish(ub_ctx* context, const DnsOptions& options) {
    const int error = ub_ctx_zone_remove(context, "nothing.invalid");
    if (error != 0) return fail(said("DNS with trust anchor " + options.trust_anchor, error));
    return {};
}

}  // namespace

Result<std::unique_ptr<dns::Resolver>, std::string> make_dns_resolver(const DnsOptions& options) {
    Context context{ub_ctx_create()};
    if (!context) return fail(std::string{"libunbound could not be set up"});
    ub_ctx_debugout(context.get(), nullptr);  // it would write to stderr
    ub_ctx_async(context.get(), 1);
    for (const auto& [key, value] : kSettings) {
        const int error = ub_ctx_set_option(context.get(), key, value);
        if (error != 0) return fail(said(key, error));
    }
    if (auto done = add_servers(context.get(), options); !done) return fail(done.error());
    if (auto done = add_trust_anchor(context.get(), options.trust_anchor); !done) {
        return fail(done.error());
    }
    if (auto done = finish(context.get(), options); !done) return fail(done.error());
    return std::make_unique<UnboundResolver>(std::move(context));
}

}  // namespace signet::net
