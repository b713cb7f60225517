// The endpoints over stores in memory, and the connection over a scripted one.
#include "admin/admin_world.h"
#include "admin/may_steer.h"
#include "admin/password.h"
#include "admin/serve_admin.h"
#include "net/scripted_stream.h"

#include <gtest/gtest.h>
#include <boost/json.hpp>

namespace signet::admin {
namespace {

TEST_F(Admin, adds_an_account_that_may_send_as_its_own_name) {
    const auto outcome = ask("account.add", R"({"name":"Ann@A.example","password":"correct horse",)"
                                            R"("addresses":["*@b.example","ann@a.example"]})");
    ASSERT_TRUE(outcome) << said(outcome);
    const auto made = account("ann@a.example");
    EXPECT_EQ(made.password_hash(), "hash of correct horse");
    ASSERT_EQ(made.send_as.size(), 2u);
    const auto object = boost::json::parse(outcome->done).as_object();
    EXPECT_EQ(object.at("kind"), "account");
    EXPECT_EQ(object.at("api_version"), 1);
    EXPECT_FALSE(object.contains("password"));

    EXPECT_EQ(last_event().event, "account.created");
    EXPECT_EQ(last_event().actor->name, "ann");
    EXPECT_EQ(last_event().target->name, "ann@a.example");
    EXPECT_EQ(last_event().change.back().new_value, "***");
}

TEST_F(Admin, a_name_that_is_no_address_sends_only_as_what_it_is_given) {
    EXPECT_TRUE(ask("account.add", R"({"name":"printer","addresses":["scan@a.example"]})"));
    ASSERT_EQ(account("printer").send_as.size(), 1u);
    EXPECT_EQ(account("printer").password_hash(), "");
}

TEST_F(Admin, says_why_an_account_cannot_be_added) {
    EXPECT_TRUE(ask("account.add", R"({"name":"ann@a.example"})"));
    struct Row {
        const char* parameters;
        const char* said;
    };
    for (const auto& row : {
             Row{R"({"name":"ANN@a.example"})", "conflict: there is an account ann@a.example"},
             {R"({"name":""})", "usage: `` cannot be the name of an account"},
             {R"({"name":"a b"})", "usage: `a b` cannot be the name of an account"},
             {R"({"name":"b","addresses":["x"]})",
              "usage: `x` is neither an address nor a domain as *@example.com"},
             {R"({"name":"b","password":"short"})", "usage: a password has at least 8 characters"},
             {R"({"name":"b","password":"tab\there!"})",
              "usage: a password has no control characters"},
             {R"({"name":"b","password":"12345678","generate":true})",
              "usage: a password is given, or a hash, or one is generated: not two of it"},
             {R"({"name":"b","password":"no memory"})",
              "try_later: too busy to hash a password now"},
             {R"({"name":"b","enabled":true})", "usage: account.add has no parameter enabled"},
         }) {
        EXPECT_EQ(said(ask("account.add", row.parameters)), row.said) << row.parameters;
    }
    EXPECT_TRUE(said(ask("account.add", R"({"name":"b","hash":"$1$abc$def"})"))
                    .starts_with("usage: this hash cannot be used: "));
    EXPECT_EQ(audit_.events().size(), 1u) << "nothing else was changed";
}

TEST_F(Admin, takes_the_hash_of_another_server) {
    const std::string hash =
        "$6$rounds=5000$usesomesillystri$"
        "D4IrlXatmP7rx3P3InaxBeoomnAihCKRVQAr/36eYC2fSNyMtCIkGOiPVzNPUtlC1GJqULvpV/wJlqmCZXKJK.";
    const auto outcome = ask("account.add", R"({"name":"bob","hash":")" + hash + R"("})");
    ASSERT_TRUE(outcome) << said(outcome);
    EXPECT_EQ(account("bob").password_hash(), hash);
}

TEST_F(Admin, a_generated_password_is_shown_once_and_never_recorded) {
    const auto outcome = ask("account.add", R"({"name":"bob","generate":true})");
    const auto password = std::string{boost::json::parse(outcome->done).at("password").as_string()};
    EXPECT_EQ(password.size(), 19u);
    EXPECT_EQ(account("bob").password_hash(), "hash of " + password);
    for (const auto& event : audit_.events()) {
        for (const auto& change : event.change) EXPECT_NE(change.new_value, password);
    }
    EXPECT_EQ(ask("account.show", R"({"name":"bob"})")->done.find(password), std::string::npos);
}

TEST_F(Admin, lists_and_shows) {
    EXPECT_TRUE(ask("account.add", R"({"name":"b"})"));
    EXPECT_TRUE(ask("account.add", R"({"name":"a@a.example","password":"12345678"})"));
    const auto list = ask("account.list");
    ASSERT_EQ(list->items.size(), 2u);
    EXPECT_EQ(
        list->items[0],
        R"({"kind":"account","api_version":1,"name":"a@a.example","enabled":true,)"
        R"("may_submit":true,"addresses":["a@a.example"],"groups":[],"has_password":true,"has_scram":true,)"
        R"("limits":{"messages":{"value":"1000/1h","from":"settings"},)"
        R"("recipients":{"value":"5000/1d","from":"settings"},)"
        R"("message_recipients":{"value":"1000","from":"settings"},)"
        R"("message_size":{"value":"50 MiB","from":"settings"}},)"
        R"("created":"2026-11-24T06:00:00.000000Z","changed":"2026-11-24T06:00:00.000000Z"})");
    EXPECT_EQ(list->done, R"({"kind":"account_list","api_version":1,"count":2})");
    EXPECT_EQ(ask("account.show", R"({"name":"A@A.example"})")->done, list->items[0]);
    EXPECT_EQ(said(ask("account.show", R"({"name":"c"})")), "not_found: there is no account `c`");
}

TEST_F(Admin, sets_addresses_and_submission_and_records_what_changed) {
    EXPECT_TRUE(ask("account.add", R"({"name":"b","addresses":["x@a.example","y@a.example"]})"));
    const auto outcome = ask("account.set", R"({"name":"b","add_addresses":["*@c.example"],)"
                                            R"("remove_addresses":["x@a.example"],)"
                                            R"("may_submit":false})");
    ASSERT_TRUE(outcome) << said(outcome);
    const auto changed = account("b");
    ASSERT_EQ(changed.send_as.size(), 2u);
    EXPECT_EQ(changed.send_as[1].text(), "*@c.example");
    EXPECT_FALSE(changed.may_submit);
    ASSERT_EQ(last_event().change.size(), 3u);
    EXPECT_EQ(last_event().change[1].old_value, "x@a.example");

    EXPECT_TRUE(ask("account.set", R"({"name":"b","addresses":["z@a.example"]})"));
    EXPECT_EQ(account("b").send_as.at(0).text(), "z@a.example");
    EXPECT_EQ(account("b").send_as.size(), 1u);
    EXPECT_EQ(said(ask("account.set", R"({"name":"b","addresses":["@"]})")).substr(0, 6), "usage:");
    EXPECT_EQ(said(ask("account.set", R"({"name":"c"})")), "not_found: there is no account `c`");
}

TEST_F(Admin, what_changes_nothing_is_no_event) {
    EXPECT_TRUE(ask("account.add", R"({"name":"b","addresses":["x@a.example"]})"));
    const auto events = audit_.events().size();
    EXPECT_TRUE(ask("account.set", R"({"name":"b","addresses":["x@a.example"]})"));
    EXPECT_TRUE(ask("account.enable", R"({"name":"b"})"));
    EXPECT_EQ(audit_.events().size(), events);
}

TEST_F(Admin, disables_enables_and_deletes) {
    EXPECT_TRUE(ask("account.add", R"({"name":"b"})"));
    EXPECT_TRUE(ask("account.disable", R"({"name":"b"})"));
    EXPECT_FALSE(account("b").enabled);
    EXPECT_EQ(last_event().event, "account.disabled");
    EXPECT_TRUE(ask("account.enable", R"({"name":"b"})"));
    EXPECT_TRUE(account("b").enabled);
    EXPECT_TRUE(ask("account.delete", R"({"name":"b"})"));
    EXPECT_EQ(last_event().event, "account.deleted");
    EXPECT_EQ(said(ask("account.delete", R"({"name":"b"})")), "not_found: there is no account `b`");
}

TEST_F(Admin, resets_a_password) {
    EXPECT_TRUE(ask("account.add", R"({"name":"b","password":"first one"})"));
    EXPECT_TRUE(ask("account.reset-password", R"({"name":"b","password":"second one"})"));
    EXPECT_EQ(account("b").password_hash(), "hash of second one");
    EXPECT_EQ(last_event().event, "password.reset");
    const auto made = ask("account.reset-password", R"({"name":"b","generate":true})");
    EXPECT_TRUE(boost::json::parse(made->done).as_object().contains("password"));
    EXPECT_EQ(said(ask("account.reset-password", R"({"name":"b"})")),
              "usage: a password, a hash or `generate` is needed");
}

TEST_F(Admin, a_password_that_is_set_makes_what_scram_needs_and_a_hash_alone_does_not) {
    const auto verifier = [this](const std::string& name, std::string_view password) {
        return verifiers_.make(sasl::ProofKind::scram_sha256, name, Secret::copy_of(password));
    };
    ask("account.add", R"({"name":"ann@a.example","password":"caf\u00e9 au lait"})");
    EXPECT_EQ(account("ann@a.example").password().verifier(sasl::ProofKind::scram_sha256),
              verifier("ann@a.example", "caf\u00E9 au lait"));
    // Typed in another way, it is the same password.
    ask("account.reset-password", R"({"name":"ann@a.example","password":"cafe\u0301 au lait"})");
    EXPECT_EQ(account("ann@a.example").password().verifier(sasl::ProofKind::scram_sha256),
              verifier("ann@a.example", "caf\u00E9 au lait"));
    EXPECT_EQ(account("ann@a.example").password_hash(), "hash of caf\u00E9 au lait");

    ask("account.reset-password",
        R"({"name":"ann@a.example","hash":"$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"})");
    EXPECT_EQ(account("ann@a.example").password().verifier(sasl::ProofKind::scram_sha256), "")
        << "the old one opened with the old password";
}

TEST_F(Admin, says_how_many_accounts_cannot_use_scram_yet) {
    const auto without = [this] {
        const auto status = boost::json::parse(ask("status")->done).as_object();
        const auto* count = status.if_contains("accounts_without_scram");
        return count ? count->to_number<int>() : -1;
    };
    EXPECT_EQ(without(), 0);
    ask("account.add", R"({"name":"ann@a.example","password":"correct horse"})");
    EXPECT_EQ(without(), 0);
    ask("account.add",
        R"({"name":"bob@a.example","hash":"$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"})");
    EXPECT_EQ(without(), 1);
    const identity::Verifiers off{Secret{std::string(32, 'k')}, {}};
    services_.passwords.verifiers = &off;
    EXPECT_EQ(without(), -1);
}

TEST_F(Admin, lists_the_queue_by_pages) {
    for (int i = 0; i < 3; ++i) put_message();
    const auto first = ask("queue.list", R"({"count":2})");
    ASSERT_EQ(first->items.size(), 2u);
    const auto id = std::string{boost::json::parse(first->items[1]).at("queue_id").as_string()};
    EXPECT_EQ(first->done, R"({"kind":"message_list","api_version":1,"count":2,"after":")" + id +
                               R"(","more":true})");
    const auto second = ask("queue.list", R"({"count":2,"after":")" + id + R"("})");
    EXPECT_EQ(second->items.size(), 1u);
    EXPECT_TRUE(second->done.ends_with(R"("more":false})"));
}

TEST_F(Admin, shows_retries_and_deletes_a_message) {
    const auto id = put_message();
    const auto with_id = R"({"id":")" + id + R"("})";
    const auto shown = boost::json::parse(ask("queue.show", with_id)->done);
    EXPECT_EQ(shown.at("sender"), "ann@a.example");
    EXPECT_EQ(shown.at("recipients").at(0).at("state"), "pending");

    EXPECT_TRUE(ask("queue.retry", with_id));
    EXPECT_EQ(last_event().event, "queue.retried");
    EXPECT_EQ(last_event().message->queue_id, id);
    EXPECT_TRUE(ask("queue.delete", with_id));
    EXPECT_EQ(last_event().event, "queue.deleted");
    EXPECT_EQ(last_event().actor->name, "ann");
    for (const auto method : {"queue.show", "queue.retry", "queue.delete"}) {
        EXPECT_EQ(said(ask(method, with_id)), "not_found: there is no message `" + id + "`");
        EXPECT_EQ(said(ask(method, R"({"id":"../x"})")), "not_found: there is no message `../x`");
    }
}

TEST_F(Admin, a_message_under_delivery_is_not_deleted) {
    const auto id = put_message();
    EXPECT_TRUE(run_task(queue_.claim({.now = clock_.wall(), .count = 1})));
    EXPECT_EQ(said(ask("queue.delete", R"({"id":")" + id + R"("})")),
              "conflict: message " + id + " is being delivered now");
}

TEST_F(Admin, says_how_it_is) {
    const auto status = boost::json::parse(ask("status")->done);
    EXPECT_EQ(status.at("kind"), "status");
    EXPECT_EQ(status.at("state"), "running");
    EXPECT_EQ(status.at("version"), "1.0");
    EXPECT_EQ(said(ask("stauts")), "usage: there is no method stauts");
}

TEST_F(Admin, a_reload_answers_with_what_changed_or_what_is_wrong) {
    EXPECT_EQ(ask("reload", "{}").error().kind, Fault::Kind::failed);  // no server, no reload
    services_.reload = [](audit::Actor actor) -> Task<Reloaded> {
        co_return Reloaded{.done = true,
                           .changes = {{"limits.idle", "\"5m\"", "\"1m\"", false}},
                           .text = actor.name};
    };
    auto object = boost::json::parse(ask("reload", "{}")->done).as_object();
    EXPECT_EQ(object.at("kind"), "reload");
    EXPECT_EQ(object.at("done"), true);
    EXPECT_EQ(object.at("text"), "ann");
    EXPECT_EQ(object.at("changes").at(0).at("key"), "limits.idle");

    services_.reload = [](audit::Actor) -> Task<Reloaded> {
        co_return Reloaded{
            .changes = {}, .problems = R"([{"code":"E0102"}])", .text = "error[E0102]", .exit = 78};
    };
    object = boost::json::parse(ask("reload", "{}")->done).as_object();
    EXPECT_EQ(object.at("done"), false);
    EXPECT_EQ(object.at("problems").at(0).at("code"), "E0102");
    EXPECT_EQ(object.at("exit"), 78);
    EXPECT_EQ(ask("reload", R"({"force":true})").error().kind, Fault::Kind::usage);
}

TEST(Password, generated_ones_are_four_groups_of_letters_and_differ) {
    SeededEntropy entropy{7};
    const auto one = generate_password(entropy), other = generate_password(entropy);
    EXPECT_NE(one.reveal(), other.reveal());
    std::string letters;
    for (int i = 0; i < 200; ++i) letters += generate_password(entropy).reveal();
    for (char c = 'a'; c <= 'z'; ++c) EXPECT_NE(letters.find(c), std::string::npos) << c;
    EXPECT_EQ(letters.find_first_not_of("abcdefghijklmnopqrstuvwxyz "), std::string::npos);
}

TEST(MaySteer, security_30_root_the_server_and_the_group_and_nobody_else) {
    EXPECT_TRUE(may_steer({.uid = 0, .gid = 0, .groups = {}}, 999, {}));
    EXPECT_TRUE(may_steer({.uid = 999, .gid = 999, .groups = {}}, 999, {}));
    EXPECT_TRUE(may_steer({.uid = 1000, .gid = 50, .groups = {}}, 999, 50));
    EXPECT_TRUE(may_steer({.uid = 1000, .gid = 1000, .groups = {4, 50}}, 999, 50));
    EXPECT_FALSE(may_steer({.uid = 1000, .gid = 1000, .groups = {4}}, 999, 50));
    EXPECT_FALSE(may_steer({.uid = 1000, .gid = 0, .groups = {0}}, 999, {}));
}

class Served : public Admin {
protected:
    std::string serve(net::ScriptedStream& stream) {
        run_task(serve_admin(stream, services_, {"1000", "ann", "cli"}));
        EXPECT_TRUE(stream.closed());
        return stream.written();
    }
};

TEST_F(Served, answers_line_by_line_whole_or_in_parts) {
    const std::string asked =
        "{\"method\":\"account.add\",\"parameters\":{\"name\":\"b\"}}\n"
        "{\"method\":\"account.list\"}\n{\"method\":\"account.show\",\"parameters\":{}}\n";
    net::ScriptedStream whole{clock_};
    whole.say(asked);
    const auto answered = serve(whole);
    EXPECT_EQ(std::ranges::count(answered, '\n'), 4);
    EXPECT_NE(answered.find("{\"item\":{\"kind\":\"account\""), std::string::npos);
    EXPECT_TRUE(
        answered.ends_with("{\"error\":{\"kind\":\"usage\",\"message\":\"`` cannot be the "
                           "name of an account\"}}\n"));
    EXPECT_TRUE(run_task(accounts_.remove("b")));
    net::ScriptedStream parts{clock_};
    parts.trickle(asked);
    EXPECT_EQ(serve(parts), answered);
}

TEST_F(Served, security_18_a_line_without_an_end_is_cut_and_a_slow_one_is_left) {
    net::ScriptedStream endless{clock_};
    for (int i = 0; i < 100; ++i) endless.say(std::string(4'096, 'x'));
    EXPECT_EQ(serve(endless),
              "{\"error\":{\"kind\":\"usage\",\"message\":\"the request is too long\"}}\n");
    EXPECT_FALSE(endless.script_done());

    net::ScriptedStream slow{clock_};
    slow.say("{\"method\":").pause(std::chrono::seconds{11}).say("\"status\"}\n");
    EXPECT_EQ(serve(slow), "");
}

TEST_F(Served, security_30_who_may_not_steer_hears_one_sentence) {
    net::ScriptedStream stream{clock_};
    stream.say("{\"method\":\"account.list\"}\n");
    run_task(refuse_admin(stream, clock_));
    EXPECT_EQ(stream.written(),
              "{\"error\":{\"kind\":\"not_allowed\",\"message\":\"only root, the server's user and "
              "the group signet-admin may\"}}\n");
    EXPECT_TRUE(stream.closed());
}

}  // namespace
}  // namespace signet::admin
