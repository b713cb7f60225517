#include "relay/token_source.h"

#include "base/text.h"
#include "oauth/client_assertion.h"
#include "oauth/form.h"

#include <algorithm>
#include <utility>

namespace signet::relay {
namespace {

using Kind = TokenFault::Kind;
using std::chrono::seconds;

constexpr seconds kNotNew{60};  // a token that is refused sooner would only be got again
constexpr std::chrono::hours kUnused{24};

TokenFault fault_of(const oauth::TokenTrouble& trouble) {
    const bool refused = trouble.kind == oauth::TokenTrouble::Kind::refused;
    return {refused ? Kind::refused : Kind::unavailable, trouble.text};
}

std::string octets_of(std::uint64_t number) {
    std::string octets;
    for (int shift = 56; shift >= 0; shift -= 8) octets += static_cast<char>(number >> shift & 255);
    return octets;
}

std::string no_login(const std::string& route) {
    return "nobody has agreed yet: signet route login " + route;
}

}  // namespace

std::string_view name(TokenFault::Kind kind) {
    switch (kind) {
    case Kind::no_login: return "no_login";
    case Kind::refused: return "refused";
    case Kind::unavailable: return "unavailable";
    case Kind::storage: return "storage";
    }
    std::unreachable();
}

// While somebody asks.  Whatever becomes of him, those who wait go on.
class TokenSource::Turn {
public:
    explicit Turn(TokenSource& source) : source_(source) {}
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() {
        std::vector<net::Resume<std::monostate>> waiting;
        {
            const std::lock_guard lock{source_.mutex_};
            source_.asking_ = false;
            waiting.swap(source_.waiting_);
        }
        for (auto& resume : waiting) resume({});
    }

private:
    TokenSource& source_;
};

TokenSource::TokenSource(TokenSetting setting, TokenParts parts)
    : setting_(std::move(setting)), parts_(std::move(parts)) {}

Task<Result<Secret, TokenFault>> TokenSource::token() {
    for (bool waited = false;; waited = true) {
        auto step = next(waited);
        if (auto* token = std::get_if<Secret>(&step)) co_return std::move(*token);
        if (auto* fault = std::get_if<TokenFault>(&step)) co_return fail(std::move(*fault));
        if (std::holds_alternative<Wait>(step)) {
            co_await wait();
        } else {
            co_await ask();
        }
    }
}

// waited: an answer has come meanwhile, and counts, whatever it was.
TokenSource::Next TokenSource::next(bool waited) {
    const auto now = parts_.clock.steady();
    const std::lock_guard lock{mutex_};
    const bool good = token_ && now < token_->end;
    if (good && (now < token_->renew || asking_ || waited || now < not_before_)) {
        return token_->octets.clone();
    }
    if (asking_) return Wait{};
    if (last_fault_ && (waited || now < not_before_)) return *last_fault_;
    asking_ = true;
    return Ask{};
}

Task<void> TokenSource::wait() {
    (void)co_await net::suspend<std::monostate>([this](net::Resume<std::monostate> resume) {
        {
            const std::lock_guard lock{mutex_};
            if (asking_) {
                waiting_.push_back(std::move(resume));
                return;
            }
        }
        resume({});
    });
}

// REQUIRES: asking_, by this one.
Task<void> TokenSource::ask() {
    const Turn turn{*this};
    settle(co_await grant());
}

Task<Result<oauth::TokenGrant, TokenFault>> TokenSource::grant() {
    auto wanted = co_await form();
    if (!wanted) co_return fail(wanted.error());
    const auto response = co_await post(setting_.token_url, std::move(*wanted));
    if (!response) co_return fail(response.error());
    auto read = oauth::read_token_answer(response->status, response->body.reveal());
    if (!read) co_return fail(fault_of(read.error()));
    // The one before may be spent already (RFC 6749 §6), so this one is on disk before anything
    // else is done; if it cannot be, it is good for as long as this process lives.
    if (setting_.of_a_person && !read->refresh_token.empty()) {
        const auto kept = co_await keep(std::move(read->refresh_token));
        if (!kept && parts_.tell) parts_.tell({setting_.route, &kept.error(), true});
    }
    co_return std::move(*read);
}

// As this request says who we are: an assertion is good once.
oauth::TokenClient TokenSource::client() const {
    oauth::TokenClient client{.id = setting_.client.id, .secret = setting_.client.secret.clone()};
    if (!setting_.key) return client;
    const auto id = hex(octets_of(draw(parts_.entropy))) + hex(octets_of(draw(parts_.entropy)));
    client.assertion = oauth::client_assertion(*setting_.key, {.client = setting_.client.id,
                                                               .audience = setting_.token_url,
                                                               .id = id,
                                                               .now = parts_.clock.wall()});
    return client;
}

Task<Result<Secret, TokenFault>> TokenSource::form() {
    if (!setting_.of_a_person) {
        co_return oauth::client_credentials_form(client(), setting_.scope);
    }
    {
        const std::lock_guard lock{mutex_};
        if (!unsaved_.empty()) {
            co_return oauth::refresh_form(client(), setting_.scope, unsaved_);
        }
    }
    const auto kept = co_await parts_.vault.read(setting_.route);
    if (!kept) co_return fail(TokenFault{Kind::storage, kept.error()});
    if (!*kept) co_return fail(TokenFault{Kind::no_login, no_login(setting_.route)});
    co_return oauth::refresh_form(client(), setting_.scope, **kept);
}

Task<Result<void, TokenFault>> TokenSource::keep(Secret refresh_token) {
    auto copy = refresh_token.clone();
    const auto kept = co_await parts_.vault.keep(setting_.route, std::move(copy));
    const std::lock_guard lock{mutex_};
    unsaved_ = kept ? Secret{} : std::move(refresh_token);
    if (kept) co_return Result<void, TokenFault>{};
    co_return fail(TokenFault{Kind::storage, kept.error()});
}

Task<Result<net::HttpResponse, TokenFault>> TokenSource::post(const std::string& url, Secret form) {
    net::HttpRequest request{.method = "POST",
                             .url = url,
                             .body = std::move(form),
                             .most_octets = oauth::kTokenAnswerOctets,
                             .repeatable = false};
    request.fields.push_back({"Content-Type", Secret::copy_of(oauth::kFormType)});
    request.fields.push_back({"Accept", Secret{"application/json"}});
    auto response = co_await parts_.fetch(std::move(request), Deadline::in(parts_.clock, kAsk));
    if (!response) co_return fail(TokenFault{Kind::unavailable, response.error().text});
    co_return std::move(*response);
}

void TokenSource::settle(Result<oauth::TokenGrant, TokenFault> outcome) {
    const auto now = parts_.clock.steady();
    bool changed = false;
    {
        const std::lock_guard lock{mutex_};
        changed = failing_ != !outcome;
        failing_ = !outcome;
        if (outcome) {
            const auto life = outcome->life;
            token_ = Token{.octets = std::move(outcome->access_token),
                           .begun = now,
                           .renew = now + life * kRenewAfterPercent / 100,
                           .end = now + life - std::min(seconds{60}, life / 10)};
            last_fault_.reset();
            pause_ = seconds{0};
            not_before_ = now;
        } else {
            last_fault_ = outcome.error();
            pause_ = std::clamp(2 * pause_, kFirstPause, kLongestPause);
            not_before_ = now + pause_;
        }
    }
    if (parts_.tell) {
        parts_.tell({setting_.route, outcome ? nullptr : &outcome.error(), changed});
    }
}

void TokenSource::refused() {
    const auto now = parts_.clock.steady();
    const std::lock_guard lock{mutex_};
    if (token_ && now - token_->begun >= kNotNew) token_->end = now;
}

Task<void> TokenSource::tend() {
    if (!setting_.of_a_person) co_return;
    {
        const auto now = parts_.clock.steady();
        const std::lock_guard lock{mutex_};
        const bool used = token_ && now - token_->begun < kUnused;
        if (used || asking_ || now < not_before_) co_return;
        asking_ = true;
    }
    co_await ask();
}

Task<Result<oauth::DeviceLogin, TokenFault>> TokenSource::begin_login() {
    const auto response =
        co_await post(setting_.device_url, oauth::device_form(client(), setting_.scope));
    if (!response) co_return fail(response.error());
    auto login = oauth::read_device_answer(response->status, response->body.reveal());
    if (!login) co_return fail(fault_of(login.error()));
    const std::lock_guard lock{mutex_};
    login_ =
        Login{login->device_code.clone(), login->interval, parts_.clock.steady() + login->life};
    co_return std::move(*login);
}

// It is taken while it is asked for, so that two who ask do not both redeem it.
Task<TokenSource::Poll> TokenSource::poll_login() {
    std::optional<Login> login;
    {
        const std::lock_guard lock{mutex_};
        login = std::exchange(login_, std::nullopt);
    }
    if (!login) co_return fail(TokenFault{Kind::no_login, "no login has been begun here"});
    if (parts_.clock.steady() >= login->end) {
        co_return fail(TokenFault{Kind::refused, "nobody has agreed in time: begin again"});
    }
    const auto response =
        co_await post(setting_.token_url, oauth::device_poll_form(client(), login->device_code));
    if (!response) {  // RFC 8628 §3.5: a time-out is no answer; ask again
        const auto interval = login->interval;
        put_back(std::move(*login));
        co_return interval;
    }
    auto read = oauth::read_token_answer(response->status, response->body.reveal());
    if (!read) co_return judge_poll(read.error(), std::move(*login));
    if (read->refresh_token.empty()) {
        co_return fail(
            TokenFault{Kind::refused,
                       "the provider gave a token but no refresh token: the scope has to "
                       "ask for it (offline_access)"});
    }
    if (const auto kept = co_await keep(std::move(read->refresh_token)); !kept) {
        co_return fail(kept.error());
    }
    settle(std::move(*read));
    co_return std::nullopt;
}

void TokenSource::put_back(Login login) {
    const std::lock_guard lock{mutex_};
    if (!login_) login_ = std::move(login);  // unless somebody has begun anew meanwhile
}

// RFC 8628 §3.5: slow_down is five seconds more, from then on.
TokenSource::Poll TokenSource::judge_poll(const oauth::TokenTrouble& trouble, Login login) {
    const bool slower = trouble.error == "slow_down";
    const bool again = slower || trouble.error == "authorization_pending" ||
                       trouble.kind == oauth::TokenTrouble::Kind::unavailable;
    if (!again) return fail(fault_of(trouble));
    if (slower) login.interval += seconds{5};
    const auto interval = login.interval;
    put_back(std::move(login));
    return interval;
}

}  // namespace signet::relay
