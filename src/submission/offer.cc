#include "submission/offer.h"

#include "sasl/nonce.h"
#include "settings/mechanisms.h"
#include "submission/listener_of.h"
#include "submission/services.h"
#include "submission/session.h"
#include "submission/sign_in_rules.h"

#include <algorithm>
#include <utility>

namespace signet::submission {
namespace {

// Where CRAM-MD5 is named at all, it is for devices that know nothing else: those accounts have it.
bool can_prove(sasl::ProofKind kind, const identity::ProofCovers& covers,
               const settings::AuthSettings& settings) {
    const auto cover = std::ranges::find(covers, kind, &identity::ProofCover::kind);
    if (cover == covers.end()) return false;
    if (!sasl::scram_hash(kind)) return true;
    return settings.scram == "always" || (settings.scram == "auto" && cover->without == 0);
}

bool answerable(const sasl::Mechanism& mechanism, const OfferFacts& facts,
                const settings::AuthSettings& settings) {
    switch (mechanism.needs) {
    case sasl::Needs::password_check: return true;
    case sasl::Needs::token: return facts.tokens;
    case sasl::Needs::certificate: return facts.certificate;
    case sasl::Needs::verifier: return can_prove(mechanism.proof, facts.covers, settings);
    }
    std::unreachable();
}

}  // namespace

bool Offer::has(const sasl::Mechanism& mechanism) const {
    return std::ranges::find(mechanisms, &mechanism) != mechanisms.end();
}

bool Offer::binds() const { return std::ranges::any_of(mechanisms, &sasl::Mechanism::binds); }

std::vector<std::string_view> Offer::names() const {
    std::vector<std::string_view> names;
    for (const auto* mechanism : mechanisms) names.push_back(mechanism->name);
    return names;
}

Offer offer(const OfferFacts& facts, std::span<const std::string> named,
            const settings::AuthSettings& settings) {
    Offer made;
    if (!facts.listener || !facts.tls) return made;
    for (const auto& mechanism : sasl::mechanisms()) {
        if (mechanism.binds && !facts.binding) continue;
        if (settings::is_named(mechanism.name, named) && answerable(mechanism, facts, settings)) {
            made.mechanisms.push_back(&mechanism);
        }
    }
    return made;
}

Task<Offer> offer_to(const Session& session, bool binding, const Services& services) {
    const auto& settings = services.settings;
    OfferFacts facts{.listener = listener_of(session, settings).auth,
                     .tls = session.tls.has_value(),
                     .binding = binding};
    if (facts.listener && facts.tls) {
        auto covers = co_await services.credentials.proof_covers();
        if (covers) facts.covers = std::move(*covers);
        const auto& [tokens, certificates] = services.vouchers;
        facts.tokens = tokens != nullptr && tokens->able();
        facts.certificate = certificates != nullptr && session.tls->certificate != nullptr;
    }
    const auto named = mechanisms_at({session.listener, session.peer.ip}, settings);
    co_return offer(facts, named, settings.auth);
}

bool can_bind(const Session& session, const net::Stream& stream) {
    const auto& tls = session.tls;
    if (!tls || !stream.channel_binding(net::ChannelBinding::tls_exporter)) return false;
    return tls->version == "TLSv1.3" || stream.channel_binding(net::ChannelBinding::tls_unique);
}

sasl::Setting setting_for(const net::Stream& stream, const Offer& offer, const Services& services) {
    return {.server_nonce = sasl::fresh_nonce(services.entropy),
            .host = services.settings.hostname,
            .tls_exporter = stream.channel_binding(net::ChannelBinding::tls_exporter),
            .tls_unique = stream.channel_binding(net::ChannelBinding::tls_unique),
            .binding_offered = offer.binds()};
}

}  // namespace signet::submission
