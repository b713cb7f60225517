// SCRAM as a session speaks it: offer, dialogue, replies and audit, over a scripted client.
#include "base/base64.h"
#include "net/run_task.h"
#include "net/scripted_stream.h"
#include "net/system_entropy.h"
#include "sasl/scram_player.h"
#include "store/credentials_database.h"
#include "store/memory_accounts.h"
#include "store/memory_audit.h"
#include "store/memory_queue.h"
#include "store/memory_rates.h"
#include "submission/serve_session.h"

#include <gmock/gmock.h>

namespace signet::submission {
namespace {

using namespace std::chrono_literals;
using sasl::ScramPlayer;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

const std::string kExporter(32, 'e');

// One account, "ann" and "pencil", and whoever is added.
struct Keeper {
    explicit Keeper(const Clock& clock) : accounts{clock} {}

    net::SystemEntropy salts;
    SeededEntropy others{2};
    identity::Argon2idHasher hasher{{.memory_octets = 64u << 10, .passes = 1}, salts};
    const identity::Verifiers verifiers{Secret{std::string(32, 'k')}, {4'096}};
    store::MemoryAccounts accounts;
    net::WorkerPool pool{{.name = "hash", .max_wait = 0ms}};
};

// The whole of floor 5.  Chance is the same in each, so that what the server says in one is what it
// says in the next.
class World {
public:
    World() {
        settings.hostname = "mail.test";
        settings.auth.failure_floor = settings.auth.failure_step = 0ms;
        add("ann", true);
        stream->bind(net::ChannelBinding::tls_exporter, kExporter);
    }
    void add(std::string name, bool verifier) {
        identity::Account account;
        account.name = std::move(name);
        account.password().secret = keeper_.hasher.hash("pencil").value();
        if (verifier) {
            account.password().set_verifier(
                sasl::ProofKind::scram_sha256,
                keeper_.verifiers.make(sasl::ProofKind::scram_sha256, account.name,
                                       Secret::copy_of("pencil")));
        }
        account.send_as = {{"ann", "example.com"}};
        ASSERT_TRUE(net::run_task(keeper_.accounts.add(std::move(account))));
    }
    // What the server wrote behind the handshake.
    std::string serve(const std::vector<std::string>& lines, bool octet_by_octet = false) {
        stream->speak(version).start_tls();
        for (const auto& line : lines) {
            octet_by_octet ? stream->trickle(line + "\r\n") : stream->say(line + "\r\n");
        }
        const auto transcript = stream->transcript();
        UlidSource ulids{clock_, keeper_.others};
        store::MemoryQueue queue{clock_, ulids, audit_};
        store::CredentialsDatabase database{keeper_.accounts, keeper_.hasher,
                                            keeper_.pool,     clock_,
                                            keeper_.others,   {.verifiers = &keeper_.verifiers}};
        limits::Connections connections{{.total = 2, .per_network = 2}};
        store::MemoryRates rates{clock_};
        SeededEntropy chance{1};
        const Services services{.clock = clock_,
                                .ulids = ulids,
                                .credentials = database,
                                .recipients = keeper_.accounts,
                                .queue = queue,
                                .audit = audit_,
                                .connections = connections,
                                .rates = rates,
                                .settings = settings,
                                .entropy = chance};
        net::run_task(serve_session(std::move(stream),
                                    Door{"door", smtp::Role::submissions, &no_meter()}, services));
        return transcript->written;
    }
    const audit::Event* attempt() {
        events_ = audit_.events();
        const auto found = std::ranges::find(events_, "auth.attempt", &audit::Event::event);
        return found == events_.end() ? nullptr : &*found;
    }

    settings::Snapshot settings;
    std::string version = "TLSv1.3";
    ManualClock clock_;
    std::unique_ptr<net::ScriptedStream> stream = std::make_unique<net::ScriptedStream>(clock_);

private:
    Keeper keeper_{clock_};
    store::MemoryAudit audit_;
    std::vector<audit::Event> events_;
};

std::string last_line(std::string_view written) {
    auto lines = written.substr(0, written.size() - 2);
    return std::string{lines.substr(lines.rfind('\n') + 1)};
}

// The lines of an honest client, whose last message answers what the server says to its first.
std::vector<std::string> dialogue(const std::string& mechanism, ScramPlayer client,
                                  const std::string& version = "TLSv1.3") {
    World rehearsal;
    rehearsal.version = version;
    rehearsal.stream->bind(net::ChannelBinding::tls_unique, version == "TLSv1.2" ? "unique" : "");
    const auto auth = "AUTH " + mechanism + " " + base64(client.first());
    const auto said = last_line(rehearsal.serve({"EHLO client.test", auth}));
    EXPECT_TRUE(said.starts_with("334 ")) << said;
    const auto server_first = unbase64(std::string_view{said}.substr(4)).value_or("");
    return {"EHLO client.test", auth, base64(client.last(server_first)), ""};
}

TEST(ScramSession, IsOfferedStrongestFirstAndGrantedInFourLines) {
    World world;
    const auto written = world.serve(dialogue("SCRAM-SHA-256", {"ann", "pencil"}));
    EXPECT_THAT(written, HasSubstr("AUTH SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN LOGIN\r\n"));
    EXPECT_THAT(written, HasSubstr("334 " + base64("v=").substr(0, 2)));
    EXPECT_THAT(last_line(written), HasSubstr("235 2.7.0"));
    const auto* event = world.attempt();
    ASSERT_TRUE(event);
    EXPECT_EQ(event->reason, "ok");
    EXPECT_EQ(event->mechanism, "SCRAM-SHA-256");
    EXPECT_EQ(event->credential_kind, "scram");
    EXPECT_EQ(event->account_name, "ann");
}

TEST(ScramSession, TheConnectionIsBoundOnBothVersionsOfTls) {
    World modern;
    EXPECT_THAT(last_line(modern.serve(dialogue("SCRAM-SHA-256-PLUS",
                                                {"ann", "pencil", "p=tls-exporter", kExporter}))),
                HasSubstr("235"));
    for (const auto& [flag, data] : {std::pair{"p=tls-unique", std::string{"unique"}},
                                     std::pair{"p=tls-exporter", kExporter}}) {
        World older;
        older.version = "TLSv1.2";
        older.stream->bind(net::ChannelBinding::tls_unique, "unique");
        EXPECT_THAT(last_line(older.serve(
                        dialogue("SCRAM-SHA-256-PLUS", {"ann", "pencil", flag, data}, "TLSv1.2"))),
                    HasSubstr("235"));
    }
}

// Whole lines, single octets: the same words (the splits in between are the line reader's).
TEST(ScramSession, TheSameDialogueInSingleOctetsEndsTheSame) {
    World whole, trickled;
    const auto lines = dialogue("SCRAM-SHA-256", {"ann", "pencil"});
    EXPECT_EQ(whole.serve(lines), trickled.serve(lines, true));
}

TEST(ScramSession, security_13_a_wrong_proof_is_refused_like_a_wrong_password) {
    World world, plain;
    auto lines = dialogue("SCRAM-SHA-256", {"ann", "crayon"});
    lines.pop_back();  // the empty line: there is no last word of the server to take
    const auto refused = last_line(world.serve(lines));
    EXPECT_THAT(refused, HasSubstr("535 5.7.8"));
    EXPECT_EQ(world.attempt()->reason, "bad_password");
    EXPECT_EQ(world.attempt()->credential_kind, "scram");
    const auto by_plain =
        plain.serve({"EHLO c", "AUTH PLAIN " + base64(std::string{"\0ann\0crayon", 11})});
    EXPECT_EQ(last_line(by_plain), refused);
    EXPECT_EQ(plain.attempt()->credential_kind, "password");
}

TEST(ScramSession, security_13_a_recorded_exchange_is_refused_by_another_session) {
    World world;
    auto lines = dialogue("SCRAM-SHA-256", {"ann", "pencil"});
    // A session before it has taken the nonce that was recorded.
    lines.insert(lines.begin() + 1, {lines[1], "*"});
    const auto written = world.serve(lines);
    EXPECT_THAT(written, Not(HasSubstr("235")));
    EXPECT_THAT(written, HasSubstr("501 5.5.2"));
}

TEST(ScramSession, security_13_a_stripped_or_wrong_binding_is_refused_and_audited_as_an_attack) {
    struct Case {
        std::string mechanism;
        ScramPlayer client;
        bool two_steps;
    };
    const Case cases[] = {
        {"SCRAM-SHA-256", {"ann", "pencil", "y"}, false},
        {"SCRAM-SHA-256-PLUS", {"ann", "pencil", "n"}, false},
        {"SCRAM-SHA-256-PLUS", {"ann", "pencil", "p=tls-unique", "unique"}, false},
        {"SCRAM-SHA-256-PLUS", {"ann", "pencil", "p=tls-exporter", "another one"}, true},
    };
    for (const auto& c : cases) {
        World world;
        const auto written = world.serve(
            c.two_steps ? dialogue(c.mechanism, c.client)
                        : std::vector<std::string>{
                              "EHLO c", "AUTH " + c.mechanism + " " + base64(c.client.first())});
        EXPECT_THAT(written, HasSubstr("535 5.7.8"));
        EXPECT_THAT(written, Not(HasSubstr("235")));
        const auto* event = world.attempt();
        ASSERT_TRUE(event);
        EXPECT_EQ(event->reason, "channel_binding_mismatch");
        EXPECT_EQ(event->severity, audit::Severity::warning);
        EXPECT_EQ(event->outcome, audit::Outcome::failure);
        EXPECT_EQ(event->user_name, "ann");
        EXPECT_EQ(event->account_name, "ann");
        EXPECT_THAT(event->detail, HasSubstr("possible attack"));
    }
}

TEST(ScramSession, WhatIsNotOfferedHereIsRefused) {
    struct Case {
        std::string what;
        void (*set)(World&);
        std::string offer;
        std::string refused;
        std::string reply = "504 5.5.4", reason = "mechanism_disabled";
    };
    const Case cases[] = {
        {"an account without a verifier", [](World& w) { w.add("bob", false); }, "PLAIN LOGIN",
         "SCRAM-SHA-256"},
        {"TLS 1.2 without a binding",
         [](World& w) {
             w.version = "TLSv1.2";
             w.stream->bind(net::ChannelBinding::tls_exporter, "");
         },
         "SCRAM-SHA-256 PLAIN LOGIN", "SCRAM-SHA-256-PLUS"},
        {"TLS 1.2 with half of it", [](World& w) { w.version = "TLSv1.2"; },
         "SCRAM-SHA-256 PLAIN LOGIN", "SCRAM-SHA-256-PLUS"},
        {"switched off", [](World& w) { w.settings.auth.scram = "off"; }, "PLAIN LOGIN",
         "SCRAM-SHA-256"},
        {"not among the mechanisms", [](World& w) { w.settings.auth.mechanisms = {"PLAIN"}; },
         "PLAIN", "LOGIN"},
        {"a listener without AUTH",
         [](World& w) { w.settings.listeners = {{.name = "door", .auth = false}}; }, "", "PLAIN",
         "503 5.5.1", "auth_not_offered"},
    };
    for (const auto& c : cases) {
        World world;
        c.set(world);
        const auto written = world.serve({"EHLO c", "AUTH " + c.refused});
        if (c.offer.empty())
            EXPECT_THAT(written, Not(HasSubstr("AUTH"))) << c.what;
        else
            EXPECT_THAT(written, HasSubstr("AUTH " + c.offer + "\r\n")) << c.what;
        EXPECT_THAT(last_line(written), HasSubstr(c.reply)) << c.what;
        EXPECT_EQ(world.attempt()->reason, c.reason) << c.what;
    }
}

TEST(ScramSession, WithAlwaysItIsOfferedAlthoughAnAccountHasNoVerifierYet) {
    World world;
    world.add("bob", false);
    world.settings.auth.scram = "always";
    EXPECT_THAT(world.serve({"EHLO c"}), HasSubstr("AUTH SCRAM-SHA-256-PLUS SCRAM-SHA-256"));
}

}  // namespace
}  // namespace signet::submission
