#include "crypto/certificate_choice.h"

#include "base/invariant.h"
#include "base/text.h"

#include <algorithm>
#include <map>

namespace signet::crypto {
namespace {

constexpr std::size_t kMaxName = 253;  // of a host name (RFC 1035 §2.3.4)

bool has_kind(const CertificateChoice::Set& set, std::span<const Candidate> candidates,
              const std::string& kind) {
    return std::ranges::any_of(set, [&](std::size_t i) { return candidates[i].key_kind == kind; });
}

bool has_all_names(const Candidate& of, const Candidate& other) {
    return std::ranges::all_of(of.names, [&](const std::string& name) {
        return std::ranges::find(other.names, name) != other.names.end();
    });
}

// The first certificate, and beside it those of another kind that have all of its names.
CertificateChoice::Set default_set(std::span<const Candidate> candidates) {
    CertificateChoice::Set set{0};
    for (std::size_t i = 1; i < candidates.size(); ++i) {
        if (!candidates[0].names.empty() && has_all_names(candidates[0], candidates[i]) &&
            !has_kind(set, candidates, candidates[i].key_kind)) {
            set.push_back(i);
        }
    }
    return set;
}

}  // namespace

CertificateChoice::CertificateChoice(std::span<const Candidate> candidates)
    : candidates_(candidates.size()) {
    INVARIANT(!candidates.empty(), "a server has a certificate");
    std::map<std::string, Set> wanted;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        for (const auto& name : candidates[i].names) {
            auto& set = wanted[name];
            const auto same = std::ranges::find_if(set, [&](std::size_t other) {
                return candidates[other].key_kind == candidates[i].key_kind;
            });
            if (same == set.end())
                set.push_back(i);
            else if (*same != i)  // else a certificate that names it twice
                shadowed_.push_back({i, *same, name});
        }
    }
    sets_.push_back(default_set(candidates));
    for (auto& [name, set] : wanted) {
        const auto known = std::ranges::find(sets_, set);
        by_name_[name] = static_cast<std::size_t>(known - sets_.begin());
        if (known == sets_.end()) sets_.push_back(std::move(set));
    }
}

std::size_t CertificateChoice::find(std::string_view asked) const {
    if (asked.ends_with('.')) asked.remove_suffix(1);
    if (asked.empty() || asked.size() > kMaxName) return 0;
    auto name = lower(asked);
    if (const auto found = by_name_.find(name); found != by_name_.end()) return found->second;
    const auto dot = name.find('.');
    if (dot == std::string::npos || dot == 0) return 0;
    const auto found = by_name_.find(name.replace(0, dot, "*"));
    return found == by_name_.end() ? 0 : found->second;
}

std::vector<std::size_t> CertificateChoice::never_shown() const {
    std::vector<bool> shown(candidates_, false);
    for (const auto& set : sets_) {
        for (const auto i : set) shown[i] = true;
    }
    std::vector<std::size_t> never;
    for (std::size_t i = 0; i < candidates_; ++i) {
        if (!shown[i]) never.push_back(i);
    }
    return never;
}

}  // namespace signet::crypto
