#include "sasl/mechanism.h"
#include "settings/described.h"

namespace signet::settings {
namespace {

using namespace std::chrono_literals;
constexpr std::string_view kScram[] = {"auto", "always", "off"};

constexpr Key kKeys[] = {
    key<&AuthSettings::mechanisms>(
        "mechanisms", choices(sasl::mechanism_names),
        "The SASL mechanisms offered, inside TLS only; the strongest stands first in "
        "the offer, whatever the order here. OAUTHBEARER and XOAUTH2 take an `[[issuer]]`; "
        "CRAM-MD5 "
        "takes accounts that keep something for it, and is weaker than all others."),
    key<&AuthSettings::failure_floor>(
        "failure_floor", duration(0ms, 1min),
        "A failed sign-in is answered no sooner than this, so that the time of the answer does not "
        "tell which accounts exist."),
    key<&AuthSettings::failure_step>(
        "failure_step", duration(0ms, 1min),
        "Each further failure in a session is answered later by this much."),
    key<&AuthSettings::failures>("failures", count(1, 1'000),
                                 "After this many failed sign-ins a session is ended with 421."),
    key<&AuthSettings::cache_life>(
        "cache_life", duration(0s, 1h),
        "How long a password that was right is remembered, as a keyed digest in memory; any change "
        "of the account ends it, and `\"0s\"` turns it off."),
    key<&AuthSettings::hash_threads>("hash_threads", count(1, 256),
                                     "How many passwords are checked at the same time."),
    key<&AuthSettings::hash_wait>(
        "hash_wait", duration(100ms, 1min),
        "A check that would wait longer than this for its turn is answered 454, try later."),
    key<&AuthSettings::argon2_memory>("argon2_memory", size(8u << 20, 256u << 20),
                                      "Memory that one check of a new password takes (Argon2id)."),
    key<&AuthSettings::argon2_passes>("argon2_passes", count(1, 16),
                                      "Passes over that memory (Argon2id)."),
    key<&AuthSettings::scram>(
        "scram", choice(kScram),
        "Where SCRAM is offered: `auto`, where every account has what it needs, which an older "
        "account gets at its next sign-in with PLAIN or LOGIN; `always`; or `off`, and nothing is "
        "stored for it, either."),
    key<&AuthSettings::scram_iterations>(
        "scram_iterations", count(4'096, 10'000'000),
        "Rounds that a new SCRAM verifier costs each client at each sign-in (RFC 7677 asks for "
        "4096 at least). Clients on Cyrus SASL, such as Postfix, refuse more than 65536."),
    key<&AuthSettings::default_domain>(
        "default_domain", of_kind(Type::Kind::host),
        "The domain of a login that has none, where a [[store]] is chosen by domains.")};

}  // namespace

constinit const Section section_auth{
    .name = "auth",
    .description = "How a client proves who it is, and what guessing costs.",
    .keys = kKeys,
    .record = [](Snapshot& snapshot) -> void* { return &snapshot.auth; },
    .example = "[auth]\nmechanisms = [\"SCRAM-SHA-256\", \"OAUTHBEARER\", \"PLAIN\", \"LOGIN\"]\n"};

}  // namespace signet::settings
