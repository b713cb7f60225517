#include "store/pam_credentials.h"

#include "identity/account.h"
#include "store/descriptor.h"
#include "store/pam_socket.h"

#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <mutex>
#include <optional>
#include <utility>

namespace signet::store {

using identity::CheckAnswer;
using identity::Login;
using identity::Refusal;
using identity::Refused;
using Checked = Result<CheckAnswer, StoreFault>;

namespace {

constexpr std::size_t kWaitingEach = 25;  // for one helper

// A process that answers; ended with its object.
class Helper {
public:
    // null: it cannot be started.
    static std::unique_ptr<Helper> start(const std::vector<std::string>& command) {
        int ends[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return nullptr;
        Descriptor ours{ends[0]}, theirs{ends[1]};
        posix_spawn_file_actions_t actions;
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_adddup2(&actions, theirs.get(), 0);
        posix_spawnattr_t attributes;
        ::posix_spawnattr_init(&attributes);
        sigset_t none;  // the server blocks the signals that end it
        sigemptyset(&none);
        ::posix_spawnattr_setsigmask(&attributes, &none);
        ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
        auto words = command;
        std::vector<char*> argv;
        argv.reserve(words.size() + 1);
        for (auto& word : words) argv.push_back(word.data());
        argv.push_back(nullptr);
        std::string path = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
        char* environment[] = {path.data(), nullptr};
        pid_t process = 0;
        const int failed =
            ::posix_spawn(&process, argv.front(), &actions, &attributes, argv.data(), environment);
        ::posix_spawn_file_actions_destroy(&actions);
        ::posix_spawnattr_destroy(&attributes);
        if (failed != 0) return nullptr;
        return std::unique_ptr<Helper>{new Helper{process, std::move(ours)}};
    }
    ~Helper() {
        ::kill(process_, SIGKILL);
        while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
        }
    }
    Helper(const Helper&) = delete;
    Helper& operator=(const Helper&) = delete;

    // nullopt: it is gone, or too slow; of no more use.
    std::optional<PamReply> ask(const PamRequest& request, SteadyTime until) {
        if (!send_message(socket_.get(), encode(request).reveal(), until)) return {};
        const auto reply = receive_message(socket_.get(), until);
        return reply ? decode_pam_reply(reply->reveal()) : std::nullopt;
    }

private:
    Helper(pid_t process, Descriptor socket) : process_(process), socket_(std::move(socket)) {}
    const pid_t process_;
    Descriptor socket_;
};

Refusal refusal_of(PamVerdict verdict) {
    switch (verdict) {
    case PamVerdict::unknown: return Refusal::unknown_account;
    case PamVerdict::disabled: return Refusal::account_disabled;
    case PamVerdict::not_allowed: return Refusal::may_not_submit;
    case PamVerdict::granted:
    case PamVerdict::unavailable:
    case PamVerdict::wrong: return Refusal::bad_password;
    }
    std::unreachable();
}

}  // namespace

struct PamCredentials::Shared {
    explicit Shared(PamOptions wanted) : options(std::move(wanted)) {}

    std::unique_ptr<Helper> borrow() {
        {
            const std::lock_guard lock(mutex);
            if (!idle.empty()) {
                auto helper = std::move(idle.back());
                idle.pop_back();
                return helper;
            }
        }
        return Helper::start(options.helper);
    }

    // A helper that was idle may have died since: then a new one is asked.
    Result<PamReply, StoreFault> ask(const PamRequest& request, SteadyTime until) {
        for (int tries = 0; tries < 2; ++tries) {
            auto helper = borrow();
            if (!helper) return fault("the helper cannot be started", StoreFault::unavailable);
            if (auto reply = helper->ask(request, until)) {
                const std::lock_guard lock(mutex);
                idle.push_back(std::move(helper));
                return std::move(*reply);
            }
            if (std::chrono::steady_clock::now() >= until) {
                return fault("PAM took too long, and its helper was ended", StoreFault::deadline);
            }
        }
        return fault("the helper ends without an answer", StoreFault::unavailable);
    }

    std::unexpected<StoreFault> fault(std::string_view detail, StoreFault which) const {
        if (options.report) options.report(detail);
        return fail(which);
    }

    Checked judge(const identity::Claim& claim, const std::string& name, const PamReply& reply) {
        if (reply.verdict == PamVerdict::unavailable) {
            return fault(reply.detail, StoreFault::unavailable);
        }
        if (reply.verdict == PamVerdict::unknown) return Refused{Refusal::unknown_account, {}};
        if (reply.verdict != PamVerdict::granted) return Refused{refusal_of(reply.verdict), name};
        Login login;
        login.account = name;
        login.authcid = claim.authcid;
        login.method = claim.method;
        const auto address = name.contains('@') ? name : name + "@" + options.default_domain;
        if (auto own = identity::parse_send_as(address)) login.send_as.push_back(std::move(*own));
        return login;
    }

    const PamOptions options;
    std::mutex mutex;
    std::vector<std::unique_ptr<Helper>> idle;  // guarded by mutex
};

PamCredentials::PamCredentials(PamOptions options)
    : shared_(std::make_shared<Shared>(std::move(options))),
      pool_(std::make_unique<net::PatientPool>(
          net::PoolOptions{.name = "signet-pam",
                           .threads = shared_->options.helpers,
                           .queue_length = shared_->options.helpers * kWaitingEach})) {}

PamCredentials::~PamCredentials() = default;

Task<Checked> PamCredentials::check(identity::Claim claim, Secret password, Deadline deadline) {
    PamRequest request;
    request.password = std::move(password);
    auto name = claim.authcid;
    co_return co_await ask(std::move(claim), std::move(name), std::move(request), deadline);
}

Task<Checked> PamCredentials::vouched(identity::Claim claim, std::string account,
                                      Deadline deadline) {
    PamRequest request;
    request.authenticate = false;
    co_return co_await ask(std::move(claim), std::move(account), std::move(request), deadline);
}

Task<Checked> PamCredentials::ask(identity::Claim claim, std::string name, PamRequest request,
                                  Deadline deadline) {
    const auto account = identity::fold_account_name(name);
    if (!account) co_return Refused{Refusal::unknown_account, {}};
    const bool longer = request.password.size() > kMaxPamField;
    if (longer || request.password.reveal().contains('\0')) {
        co_return Refused{Refusal::bad_password, *account};
    }
    const auto& options = shared_->options;
    request.service = options.service;
    request.directory = options.directory;
    request.client = claim.client;
    request.user = options.local_part ? account->substr(0, account->rfind('@')) : *account;
    co_return co_await pool_->run<CheckAnswer>(
        deadline,
        [shared = shared_, claim = std::move(claim), account = *account,
         request = std::move(request), until = deadline.when()]() -> Checked {
            auto reply = shared->ask(request, until);
            if (!reply) return fail(reply.error());
            return shared->judge(claim, account, *reply);
        });
}

}  // namespace signet::store
