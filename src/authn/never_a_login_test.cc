// For every mechanism of the table: nothing but an honest exchange gives a Login, whatever it is
// made of.  Honest exchanges are recorded, spoiled by a seeded generator, and shown again.
//
// A mechanism is in it by its line in the table.  One that Signet does not have as a client needs a
// player in honest_player.cc; without one its test fails.
#include "authn/certificate_check.h"
#include "authn/exchange.h"
#include "authn/honest_player.h"
#include "authn/token_world.h"
#include "base/text.h"
#include "crypto/client_certificate_maker.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <random>

namespace signet::authn {
namespace {

constexpr std::uint64_t kSeeds = 2'500;  // of each mechanism
const std::string kAnn = "ann@example.com", kCat = "cat@example.com";

// What the client said, in order; nullopt: AUTH without an initial response.
using Messages = std::vector<std::optional<std::string>>;

struct Outcome {
    std::string account = {};  // empty: no Login
    Messages said = {};        // up to it
};

// A keeper with two people who can sign in by everything.
class World {
    ManualClock clock_;
    const crypto::CertifiedKey authority_ =
        crypto::make_client({.common_name = "Clients", .authority = true}, nullptr, clock_.wall());

public:
    World() {
        verifiers_.keep(sasl::proof_kinds());
        for (const auto& [name, own] : secrets) {
            identity::Account account;
            account.name = name;
            account.password().secret = hasher_.hash(own.password).value();
            verifiers_.renew(account, account.password(), Secret::copy_of(own.password));
            account.password().set_verifier(
                sasl::ProofKind::cram_md5,
                identity::make_cram_verifier(Secret::copy_of(own.password)));
            EXPECT_TRUE(net::run_task(accounts_.add(std::move(account))));
        }
        CertificateRules rules;
        rules.authorities = *crypto::ClientAuthorities::read(authority_.certificate_pem);
        certificates_.put_in_force(std::make_shared<const CertificateRules>(std::move(rules)));
    }

    Outcome show(const sasl::Mechanism& mechanism, const Place& place, const Messages& messages) {
        auto exchange = begin(mechanism, place);
        Outcome outcome;
        for (const auto& message : messages) {
            outcome.said.push_back(message);
            const auto turn = take(exchange, message);
            if (const auto* granted = std::get_if<Granted>(&turn)) {
                outcome.account = granted->login.account;
                return outcome;
            }
        }
        return outcome;
    }

    Outcome play(const sasl::Mechanism& mechanism, const Place& place, Player& player) {
        auto exchange = begin(mechanism, place);
        Outcome outcome;
        auto message = player.initial();
        for (;;) {
            outcome.said.push_back(message);
            const auto turn = take(exchange, message);
            if (const auto* granted = std::get_if<Granted>(&turn)) {
                outcome.account = granted->login.account;
            }
            const auto* challenge = std::get_if<Challenge>(&turn);
            if (challenge == nullptr) return outcome;
            message = player.answer(challenge->octets);
            if (!message) return outcome;
        }
    }

    TokenWorld tokens;
    const std::map<std::string, Secrets> secrets{
        {kAnn, {"correct horse", tokens.token({{"sub", "\"" + kAnn + "\""}}), card(kAnn)}},
        {kCat, {"another horse", tokens.token({{"sub", "\"" + kCat + "\""}}), card(kCat)}}};

private:
    std::string card(const std::string& name) {
        return crypto::der_of(
            crypto::make_client({.alternative_names = "email:" + name}, &authority_, clock_.wall())
                .certificate_pem);
    }
    Exchange begin(const sasl::Mechanism& mechanism, const Place& place) {
        sasl::Setting setting{.server_nonce = place.nonce, .host = "mail.example.com"};
        setting.tls_exporter = Secret::copy_of(place.exporter);
        setting.binding_offered = mechanism.binds;
        auto shown = std::make_shared<crypto::ShownCertificate>();
        shown->leaf = place.card;
        return Exchange{mechanism,
                        {database_, {&tokens.check(), &certificates_}},
                        {"192.0.2.1", "TLSv1.3", std::move(shown)},
                        std::move(setting)};
    }
    static Turn take(Exchange& exchange, const std::optional<std::string>& message) {
        sasl::ClientMessage said;
        if (message) said.octets = Secret::copy_of(*message);
        return net::run_task(exchange.resume(std::move(said), Deadline::never()));
    }

    SeededEntropy entropy_{5};
    identity::CountingHasher hasher_;
    identity::Verifiers verifiers_{Secret{std::string(32, 'k')}, {4'096}};
    store::MemoryAccounts accounts_{clock_};
    net::WorkerPool pool_{{.name = "hash", .max_wait = std::chrono::milliseconds{0}}};
    store::CredentialsDatabase database_{accounts_, hasher_,  pool_,
                                         clock_,    entropy_, {.verifiers = &verifiers_}};
    CertificateCheck certificates_{database_, clock_};
};

// What was said, without what may be said in several ways: names have no case, an authzid that is
// the authcid is none, and the digits of CRAM-MD5 have no case.  Of a token's message, its name and
// its token.
std::string essence(const sasl::Mechanism& mechanism, const Messages& messages) {
    // Whoever is shown may name himself or nobody.
    if (mechanism.needs == sasl::Needs::certificate) return {};
    std::string all;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        if (i == 0 && messages[i].value_or("").empty()) continue;  // no initial response
        auto text = messages[i].value_or("*");
        if (mechanism.needs == sasl::Needs::token) {
            const auto scheme = lower(text).find("auth=bearer ");
            if (scheme == std::string::npos) return {};
            auto name = lower(text.substr(0, text.find('\x01')));
            name = name.substr(std::min(name.find('=') + 1, name.size()));
            const auto token = text.substr(scheme + 12);
            return name.substr(0, name.find(',')) + token.substr(0, token.find('\x01'));
        }
        if (mechanism.name == "PLAIN") {
            const auto last = text.rfind('\0');
            auto names = lower(text.substr(0, last + 1));
            const auto first = names.find('\0');
            if (names.substr(0, first + 1) == names.substr(first + 1)) names.erase(0, first);
            text.replace(0, last + 1, names);
        }
        const bool a_name = mechanism.name == "LOGIN" && all.empty();
        all += a_name || mechanism.name == "CRAM-MD5" ? lower(text) : text;
        all += '\n';
    }
    return all;
}

// Makes something else of what it is given, the same for each seed.
class Spoiler {
public:
    Spoiler(std::uint64_t seed, std::vector<Messages> others)
        : random_(seed), others_(std::move(others)) {}

    std::size_t below(std::size_t end) { return end == 0 ? 0 : random_() % end; }

    void spoil(Messages& all) {
        if (all.empty()) all.emplace_back("");
        auto& one = all[below(all.size())];
        const auto& other = others_[below(others_.size())];
        switch (below(11)) {
        case 0: std::ranges::shuffle(all, random_); break;
        case 1: all.insert(all.begin() + below(all.size() + 1), one); break;
        case 2: all.erase(all.begin() + below(all.size())); break;
        case 3: all.resize(below(all.size())); break;
        case 4: one = ""; break;
        case 5: one = std::nullopt; break;
        case 6: one = other[below(other.size())]; break;
        case 7: all.insert(all.begin() + below(all.size() + 1), other[below(other.size())]); break;
        default: one = spoilt(one.value_or(""), other[below(other.size())].value_or("")); break;
        }
    }

private:
    std::string spoilt(std::string text, const std::string& other) {
        const auto at = below(text.size() + 1);
        switch (below(6)) {
        case 0: return text.substr(0, at);
        case 1: return text.substr(0, at) + other.substr(below(other.size() + 1));
        case 2: return text.insert(at, 1, static_cast<char>(random_()));
        case 3: return text.erase(below(text.size() + 1), 1 + below(3));
        case 4: return swapped(text);
        default:
            for (auto flips = 1 + below(3); flips > 0 && !text.empty(); --flips) {
                text[below(text.size())] ^= static_cast<char>(1u << below(8));
            }
            return text;
        }
    }
    // The name of the other with what was made with this one's secret.
    static std::string swapped(std::string text) {
        for (const auto& [name, instead] : {std::pair{kAnn, kCat}, std::pair{kCat, kAnn}}) {
            const auto at = text.find(name);
            if (at != std::string::npos) return text.replace(at, name.size(), instead);
        }
        return text;
    }

    std::mt19937_64 random_;
    std::vector<Messages> others_;
};

class NeverALogin : public testing::TestWithParam<std::string_view> {
protected:
    // One exchange as its account's owner has it.
    struct Honest {
        std::string account;
        Place place;
        Messages said;
    };

    void SetUp() override {
        const Place usual, elsewhere{"another-nonce-24-octets!", std::string(32, 'f')};
        for (const auto& [name, secrets] : world_.secrets) {
            for (auto place : {usual, elsewhere}) {
                place.card = secrets.card;
                const auto player = player_for(mechanism_, name, secrets, place);
                ASSERT_NE(player, nullptr) << "there is no honest player of " << GetParam();
                auto outcome = world_.play(mechanism_, place, *player);
                ASSERT_EQ(outcome.account, name);
                honest_.push_back({name, std::move(place), std::move(outcome.said)});
            }
        }
    }

    // Whether what was said at one place may be said at the other.
    bool fits(const Place& one, const Place& other) const {
        switch (mechanism_.needs) {
        case sasl::Needs::verifier:
            return one.nonce == other.nonce && one.exporter == other.exporter;
        case sasl::Needs::certificate: return one.card == other.card;
        default: return true;
        }
    }
    // Whether that is an honest exchange of this account after all, at this place.
    bool is_honest(const Outcome& outcome, const Place& place) const {
        return std::ranges::any_of(honest_, [&](const Honest& one) {
            const bool there = fits(one.place, place);
            return there && one.account == outcome.account &&
                   essence(mechanism_, one.said) == essence(mechanism_, outcome.said);
        });
    }

    const sasl::Mechanism& mechanism_ = *sasl::find_mechanism(GetParam());
    World world_;
    std::vector<Honest> honest_;
};

TEST_P(NeverALogin, security_11_with_a_wrong_secret) {
    const auto& right = world_.secrets.at(kAnn);
    std::vector<Secrets> wrong{world_.secrets.at(kCat), {right.token, right.password, right.token}};
    const auto spoil = [&](const std::function<void(std::string&)>& how) {
        wrong.push_back(right);
        how(wrong.back().password);
        how(wrong.back().token);
        how(wrong.back().card);
    };
    spoil([](std::string& text) { text.pop_back(); });
    spoil([](std::string& text) { text += 'x'; });
    spoil([](std::string& text) { text = upper(text); });
    spoil([](std::string& text) { text = "x"; });
    for (std::size_t i = 0; i < right.password.size(); ++i) {
        spoil([&](std::string& text) { text[text.size() - 1 - i] ^= 1; });
    }
    std::size_t tried = 0;
    for (const auto& secrets : wrong) {
        const Place place{.card = secrets.card};
        const auto player = player_for(mechanism_, kAnn, secrets, place);
        if (!player) continue;
        ++tried;
        EXPECT_EQ(world_.play(mechanism_, place, *player).account, "")
            << secrets.password << " / " << secrets.token;
    }
    EXPECT_GT(tried, 10u);
}

TEST_P(NeverALogin, security_13_with_a_proof_of_another_exchange) {
    if (mechanism_.needs != sasl::Needs::verifier) return;  // a password is the same each time
    for (const auto& one : honest_) {
        auto place = one.place;
        EXPECT_EQ(world_.show(mechanism_, place, one.said).account, one.account);
        place.nonce.back() ^= 1;
        EXPECT_EQ(world_.show(mechanism_, place, one.said).account, "");
        place = one.place;
        place.exporter.back() ^= 1;
        EXPECT_EQ(world_.show(mechanism_, place, one.said).account.empty(), mechanism_.binds);
    }
}

TEST_P(NeverALogin, security_11_with_anything_else) {
    std::size_t spoiled = 0, granted = 0;
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
        std::vector<Messages> others;
        others.reserve(honest_.size());
        for (const auto& one : honest_) others.push_back(one.said);
        Spoiler spoiler{seed, std::move(others)};
        const auto& base = honest_[spoiler.below(honest_.size())];
        auto messages = base.said;
        for (auto times = 1 + spoiler.below(3); times > 0; --times) spoiler.spoil(messages);
        const auto& place = honest_[spoiler.below(honest_.size())].place;
        const bool changed = messages != base.said || place != base.place;
        spoiled += changed ? 1 : 0;
        messages.insert(messages.end(), 2, "");  // who is waited for says nothing
        const auto outcome = world_.show(mechanism_, place, messages);
        if (outcome.account.empty()) continue;
        ++granted;
        ASSERT_TRUE(is_honest(outcome, place)) << "seed " << seed << ": " << outcome.account
                                               << " by " << hex(essence(mechanism_, outcome.said));
    }
    EXPECT_GT(spoiled, kSeeds / 2);
    // What EXTERNAL says may be left out, so that much of what is spoiled is honest all the same.
    if (mechanism_.needs == sasl::Needs::certificate) return;
    EXPECT_LT(granted, kSeeds / 2) << "hardly any of them is what it was";
}

std::string test_name(const testing::TestParamInfo<std::string_view>& about) {
    std::string name{about.param};
    std::ranges::replace(name, '-', '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(OfTheTable, NeverALogin, testing::ValuesIn(sasl::mechanism_names()),
                         test_name);

}  // namespace
}  // namespace signet::authn
