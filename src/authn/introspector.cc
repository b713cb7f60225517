#include "authn/introspector.h"

#include "crypto/digest.h"

#include <utility>

namespace signet::authn {
namespace {

constexpr int kOk = 200;
constexpr std::size_t kLongest = 4'096;  // octets of an answer that is remembered

Secret drawn_key(Entropy& entropy) {
    std::string key(32, '\0');
    entropy.fill({reinterpret_cast<std::uint8_t*>(key.data()), key.size()});
    return Secret{std::move(key)};
}

std::size_t size_of(const Introspected& answer) {
    if (!answer) return answer.error().detail.size();
    std::size_t size = answer->subject.size() + answer->client.size() + answer->token_id.size();
    for (const auto& scope : answer->scopes) size += scope.size() + sizeof scope;
    return size;
}

}  // namespace

Introspector::Introspector(Options options, Fetch fetch, const Clock& clock, Entropy& entropy,
                           Report report)
    : options_(std::move(options)),
      fetch_(std::move(fetch)),
      clock_(clock),
      report_(std::move(report)),
      key_(drawn_key(entropy)) {}

Task<Result<Introspected, std::string>> Introspector::ask(
    std::string url, const Secret& token, const oauth::IssuerRules& rules,
    std::optional<oauth::TokenIdentity> said) {
    const auto key = crypto::hmac_sha256(key_.reveal(), token.reveal());
    if (auto known = remembered(key, rules)) co_return std::move(*known);
    {
        const std::lock_guard lock{mutex_};
        if (waiting_ == kWaiting) co_return fail(std::string{"Too many tokens wait for it."});
        ++waiting_;
    }
    const auto alone = co_await turnstile_.enter(key, 1);
    const auto place = co_await turnstile_.enter({}, kOpen);
    {
        const std::lock_guard lock{mutex_};
        --waiting_;
    }
    if (auto known = remembered(key, rules)) co_return std::move(*known);  // by who was before
    const auto answer = co_await ask_now(std::move(url), token);
    if (!answer) co_return fail(answer.error());
    auto judged = oauth::judge_introspected(*answer, rules, clock_.wall());
    const bool inactive = !judged && judged.error().kind == oauth::TokenFaultKind::inactive;
    if (said && !inactive) judged = std::move(*said);
    remember(key, judged);
    co_return judged;
}

Task<Result<oauth::Json, std::string>> Introspector::ask_now(std::string url, const Secret& token) {
    {
        const std::lock_guard lock{mutex_};
        if (clock_.steady() < down_until_) co_return fail(down_);
    }
    const auto began = clock_.steady();
    Question question{.url = url,
                      .most_octets = oauth::kIntrospectionOctets,
                      .form = oauth::introspection_form(token),
                      .authorization = options_.authorization.clone()};
    auto fetched = co_await fetch_(std::move(question), Deadline::in(clock_, kPatience));
    Result<oauth::Json, std::string> read = fail(std::string{});
    if (!fetched) {
        read = fail(std::move(fetched.error()));
    } else if (fetched->status != kOk) {  // RFC 7662 §2.3: 401 says that it is we who are unknown
        read = fail(url + " answers " + std::to_string(fetched->status) + ".");
    } else {
        read = oauth::read_introspection(fetched->body);
        if (!read) read = fail(url + ": " + read.error());
    }
    report_(read.has_value(), clock_.steady() - began);
    if (!read) {
        const std::lock_guard lock{mutex_};
        down_until_ = clock_.steady() + kPause;
        down_ = read.error();
    }
    co_return read;
}

std::optional<Introspected> Introspector::remembered(const std::string& key,
                                                     const oauth::IssuerRules& rules) {
    const std::lock_guard lock{mutex_};
    const auto found = entries_.find(key);
    if (found == entries_.end() || clock_.steady() >= found->second.until) return {};
    const auto& answer = found->second.answer;
    const bool ended =
        answer && answer->expires && clock_.wall() >= *answer->expires + rules.clock_skew;
    if (ended) return {};
    return answer;
}

void Introspector::remember(const std::string& key, const Introspected& answer) {
    if (options_.life == std::chrono::seconds{0} || size_of(answer) > kLongest) return;
    const auto now = clock_.steady();
    const std::lock_guard lock{mutex_};
    // One life for all: those that came first end first.
    while (!by_age_.empty()) {
        const auto oldest = entries_.find(by_age_.front());
        const bool gone = oldest == entries_.end() || now >= oldest->second.until;
        if (!gone && by_age_.size() < kMost) break;
        if (oldest != entries_.end()) entries_.erase(oldest);
        by_age_.pop_front();
    }
    const auto [entry, fresh] = entries_.insert_or_assign(key, Entry{answer, now + options_.life});
    if (fresh) by_age_.push_back(key);
}

}  // namespace signet::authn
