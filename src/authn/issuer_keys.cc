#include "authn/issuer_keys.h"

#include <utility>

namespace signet::authn {
namespace {

constexpr int kOk = 200;

std::string bad_status(const std::string& url, int status) {
    return url + " answers " + std::to_string(status) + ".";
}

}  // namespace

IssuerKeys::IssuerKeys(Options options, Fetch fetch, const Clock& clock, Report report)
    : options_(std::move(options)),
      fetch_(std::move(fetch)),
      clock_(clock),
      report_(std::move(report)) {}

IssuerKeys::State IssuerKeys::state() const {
    const std::lock_guard lock{mutex_};
    return state_;
}

void IssuerKeys::adopt(const IssuerKeys& before) {
    auto theirs = before.state();
    const std::lock_guard lock{mutex_};
    state_ = std::move(theirs);
}

KnownPtr IssuerKeys::usable() const {
    auto known = state().known;
    return known && clock_.steady() < known->asked + options_.life ? known : nullptr;
}

Task<KnownPtr> IssuerKeys::known() {
    if (auto now = usable()) co_return now;
    co_await refresh();
    co_return usable();
}

Task<KnownPtr> IssuerKeys::newer_than(KnownPtr seen) {
    co_await refresh();
    const auto state = this->state();
    if (state.known != seen) co_return usable();
    co_return state.trouble.empty() ? seen : nullptr;
}

Task<void> IssuerKeys::refresh_if_due() {
    const auto state = this->state();
    if (state.known && clock_.steady() < state.known->asked + options_.refresh) co_return;
    co_await refresh();
}

Task<void> IssuerKeys::refresh() {
    const auto place = co_await turnstile_.enter({}, 1);
    const auto now = clock_.steady();
    {
        const std::lock_guard lock{mutex_};
        if (state_.asked && now < *state_.asked + kPause) co_return;
        state_.asked = now;
    }
    auto answer = co_await ask();
    {
        const std::lock_guard lock{mutex_};
        state_.trouble = answer ? std::string{} : answer.error();
        if (answer) state_.known = *answer;
    }
    report_(answer ? *answer : nullptr, answer ? std::string{} : answer.error());
}

Task<Result<KnownPtr, std::string>> IssuerKeys::ask() {
    const auto deadline = Deadline::in(clock_, kPatience);
    Known known;
    known.asked = clock_.steady();
    auto url = options_.jwks_url;
    if (url.empty()) {
        auto metadata = co_await ask_metadata(deadline);
        if (!metadata) co_return fail(metadata.error());
        url = metadata->jwks_uri;
        known.metadata = std::move(*metadata);
    }
    if (url.empty() && !options_.keys) co_return std::make_shared<const Known>(std::move(known));
    if (url.empty()) {
        co_return fail(std::string{"The issuer does not say where its keys are (jwks_uri)."});
    }
    Question question{.url = url, .most_octets = oauth::kKeySetOctets};
    const auto answer = co_await fetch_(std::move(question), deadline);
    if (!answer) co_return fail(answer.error());
    if (answer->status != kOk) co_return fail(bad_status(url, answer->status));
    auto keys = oauth::read_key_set(answer->body);
    if (!keys) co_return fail(url + ": " + keys.error());
    if (keys->keys.empty()) co_return fail(url + " has no key that could verify a token.");
    known.keys = std::move(*keys);
    co_return std::make_shared<const Known>(std::move(known));
}

// In the first place that has one.
Task<Result<oauth::Metadata, std::string>> IssuerKeys::ask_metadata(Deadline deadline) {
    std::string why;
    for (const auto& url : oauth::metadata_urls(options_.issuer)) {
        Question question{.url = url, .most_octets = oauth::kMetadataOctets};
        const auto answer = co_await fetch_(std::move(question), deadline);
        if (!answer) co_return fail(answer.error());
        if (answer->status != kOk) {
            if (why.empty()) why = bad_status(url, answer->status);
            continue;
        }
        auto read = oauth::read_metadata(answer->body, options_.issuer);
        if (!read) co_return fail(url + ": " + read.error());
        co_return std::move(*read);
    }
    co_return fail(std::move(why));
}

}  // namespace signet::authn
