// Commands against a control server with stores in memory.
#include "cli/link.h"
#include "admin/control_server.h"
#include "app/block_on.h"
#include "audit/json.h"
#include "cli/run.h"
#include "identity/fake_hashers.h"
#include "net/io_threads.h"
#include "net/system_clock.h"
#include "store/memory_accounts.h"
#include "store/memory_audit.h"
#include "store/memory_queue.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace signet::cli {
namespace {

TEST(RequestLine, writes_json_that_needs_no_luck) {
    RequestLine request{"account.add"};
    request.text("name", "a\"\\\n\x01")
        .list("addresses", {"x", "y"})
        .flag("f", true)
        .number("n", 7);
    request.password(Secret::copy_of("p\tw"));
    EXPECT_EQ(request.finish().reveal(),
              "{\"method\":\"account.add\",\"parameters\":{\"name\":\"a\\\"\\\\\\u000a\\u0001\","
              "\"addresses\":[\"x\",\"y\"],\"f\":true,\"n\":7,\"password\":\"p\\u0009w\"}}\n");
    EXPECT_EQ(RequestLine{"status"}.finish().reveal(),
              "{\"method\":\"status\",\"parameters\":{}}\n");
}

struct Ran {
    Exit exit;
    std::string out, err;
};

// The keeper, in memory.
struct World {
    net::SystemClock clock;  // sockets know no other time
    SeededEntropy entropy{1};
    UlidSource ids{clock, entropy};
    store::MemoryAudit audit;
    store::MemoryAccounts accounts{clock};
    store::MemoryQueue queue{clock, ids, audit};
    identity::PlainHasher hasher;
    net::WorkerPool pool{net::PoolOptions{}};
    admin::Services services{accounts, queue, audit, {hasher, pool}, clock, entropy, ids, [] {
                                 return admin::Status{.version = "1.0",
                                                      .listeners = {"submission 127.0.0.1:587"}};
                             }};
};

Task<queue::QueueId> put(queue::QueueStore& queue) {
    auto draft = co_await queue.begin();
    (void)co_await (*draft)->append("hello");
    queue::MessageInfo info;
    info.envelope.sender.mailbox = mail::Mailbox{"ann", "a.example"};
    info.envelope.recipients = {{mail::Mailbox{"bob", "b.example"}}};
    co_return (co_await (*draft)->commit(std::move(info), {}))->id();
}

class Commands : public ::testing::Test {
public:
    ~Commands() override {
        server_.reset();
        io_.stop();
        std::filesystem::remove_all(directory_);
    }

protected:
    Commands() {
        std::string name = (std::filesystem::temp_directory_path() / "signet-cli-XXXXXX").string();
        directory_ = ::mkdtemp(name.data());
        std::ofstream{directory_ + "/signet.toml"}
            << "version = 1\nhostname = \"a.example\"\n[tls]\ncertificate = \"/c\"\nkey = \"/k\"\n"
            << "[storage]\npath = \"" << directory_ << "/state\"\n[admin]\nsocket = \""
            << directory_ << "/admin.sock\"\n[[listener]]\nname = \"s\"\nrole = \"submissions\"\n"
            << "bind = \"127.0.0.1:465\"\n[[route]]\nname = \"r\"\nmatch = \"*\"\nmaildir = "
               "\"/m\"\n";
        io_.start();
    }

    void start() {
        auto opened = admin::ControlServer::open(io_, directory_ + "/admin.sock", world_.services);
        ASSERT_TRUE(opened) << opened.error();
        server_ = std::move(*opened);
    }

    Ran ran(std::vector<std::string> words, const std::string& input = {}) {
        words.push_back("--config");
        words.push_back(directory_ + "/signet.toml");
        std::ostringstream out, err;
        std::istringstream in{input};
        Console console{.out = out,
                        .err = err,
                        .in = in,
                        .in_is_terminal = terminal_,
                        .ask_hidden = [this](std::string_view) -> std::optional<Secret> {
                            if (typed_.empty()) return {};
                            auto answer = Secret::copy_of(typed_.front());
                            typed_.erase(typed_.begin());
                            return answer;
                        }};
        const auto exit = run(words, console);
        return {exit, out.str(), err.str()};
    }

    identity::Account account(const std::string& name) {
        return app::block_on(io_, world_.accounts.find(name))->value();
    }
    queue::QueueId put_message() { return app::block_on(io_, put(world_.queue)); }

    std::string directory_;
    bool terminal_ = false;
    std::vector<std::string> typed_;
    World world_;
    net::IoThreads io_{1};
    std::unique_ptr<admin::ControlServer> server_;
};

TEST_F(Commands, an_account_from_its_first_day_to_its_last) {
    start();
    const auto added =
        ran({"account", "add", "Ann@a.example", "--address", "*@b.example", "--password-stdin"},
            "correct horse\n");
    EXPECT_EQ(added.exit, Exit::ok) << added.err;
    EXPECT_TRUE(added.out.starts_with("name:       ann@a.example\nenabled:    yes\n"));
    EXPECT_EQ(account("ann@a.example").password_hash(), "hash of correct horse");
    EXPECT_TRUE(added.err.starts_with("Next: signet send --user "));

    EXPECT_EQ(ran({"account", "ls"}).out,
              "NAME           STATE    ADDRESSES                   GROUPS  OWN LIMITS\n"
              "ann@a.example  enabled  ann@a.example, *@b.example  none    -\n");
    EXPECT_TRUE(
        ran({"account", "set", "ann@a.example", "--add-group", "staff", "--add-group", "it"})
            .out.contains("\ngroups:     it, staff\n"));
    EXPECT_EQ(account("ann@a.example").groups, (std::vector<std::string>{"it", "staff"}));
    EXPECT_TRUE(ran({"account", "ls", "--group", "it"}).out.contains("  it, staff  -\n"));
    EXPECT_EQ(ran({"account", "ls", "--group", "sales"}).out, "");
    EXPECT_EQ(ran({"account", "set", "ann@a.example", "--remove-group", "it"}).exit, Exit::ok);
    EXPECT_EQ(account("ann@a.example").groups, std::vector<std::string>{"staff"});
    EXPECT_EQ(ran({"account", "set", "ann@a.example", "--add-group", "The Staff"}).exit,
              Exit::usage);
    EXPECT_EQ(ran({"account", "set", "ann@a.example", "--no-group"}).exit, Exit::ok);
    EXPECT_TRUE(account("ann@a.example").groups.empty());
    const auto limited = ran({"account", "set", "ann@a.example", "--limit-messages", "500/1h",
                              "--limit-message-size", "25MiB", "--limit-recipients", "none"});
    EXPECT_NE(limited.out.find("\nmessages:   500/1h (its own)\nrecipients: none (its own)\n"
                               "one message: recipients 1000 (settings), size 25 MiB (its own)\n"),
              std::string::npos)
        << limited.out;
    EXPECT_NE(ran({"account", "ls"})
                  .out.find("  messages 500/1h, recipients none, message_size 25 "
                            "MiB\n"),
              std::string::npos);
    EXPECT_EQ(ran({"account", "set", "ann@a.example", "--limit-messages", "many"}).exit,
              Exit::usage);
    ran({"account", "set", "ann@a.example", "--limit-messages", "default"});
    EXPECT_FALSE(account("ann@a.example").limits.messages);
    EXPECT_TRUE(account("ann@a.example").limits.message_size);
    EXPECT_EQ(ran({"account", "set", "ann@a.example", "--remove-address", "*@b.example",
                   "--may-submit", "no"})
                  .exit,
              Exit::ok);
    EXPECT_FALSE(account("ann@a.example").may_submit);
    EXPECT_EQ(ran({"account", "disable", "ann@a.example"}).exit, Exit::ok);
    EXPECT_FALSE(account("ann@a.example").enabled);
    EXPECT_EQ(ran({"enable", "account", "ann@a.example"}).exit, Exit::ok);
    EXPECT_EQ(ran({"account", "rm", "ann@a.example"}).exit, Exit::ok);
    EXPECT_EQ(ran({"account", "get", "ann@a.example"}).exit, Exit::not_found);
    EXPECT_EQ(ran({"account", "list"}).err, "No accounts yet. Next: signet account add NAME\n");
}

TEST_F(Commands, exit_codes_say_what_is_wrong) {
    start();
    EXPECT_EQ(ran({"account", "add", "b", "--generate"}).exit, Exit::ok);
    EXPECT_EQ(ran({"account", "add", "b", "--generate"}).exit, Exit::conflict);
    EXPECT_EQ(ran({"account", "add", "a b", "--generate"}).exit, Exit::usage);
    EXPECT_EQ(ran({"account", "add"}).exit, Exit::usage);
    EXPECT_EQ(ran({"account", "add", "c"}).exit, Exit::usage);
    EXPECT_EQ(ran({"account", "add", "d", "--generate", "--limit-messages", "9/1h"}).exit,
              Exit::ok);
    EXPECT_EQ(account("d").limits.messages->count, 9u);
    EXPECT_EQ(ran({"account", "add", "c", "--password-stdin"}, "").exit, Exit::usage);
    EXPECT_EQ(ran({"account", "add", "c", "--password-stdin"}, std::string(600, 'x')).exit,
              Exit::usage);
    EXPECT_EQ(ran({"account", "add", "c", "--hash", "$1$x", "--generate"}).exit, Exit::usage);
    EXPECT_EQ(ran({"account", "set", "b"}).exit, Exit::usage);
    EXPECT_EQ(ran({"account", "set", "b", "--may-submit", "perhaps"}).exit, Exit::usage);
    EXPECT_EQ(ran({"queue", "show", "nothing"}).exit, Exit::not_found);
}

TEST_F(Commands, a_password_is_typed_twice_or_made_up) {
    start();
    terminal_ = true;
    typed_ = {"correct horse", "correct horse"};
    EXPECT_EQ(ran({"account", "add", "a"}).exit, Exit::ok);
    EXPECT_EQ(account("a").password_hash(), "hash of correct horse");
    typed_ = {"correct horse", "correct house"};
    EXPECT_EQ(ran({"account", "add", "b"}).exit, Exit::usage);
    typed_ = {""};
    EXPECT_NE(ran({"account", "add", "b"}).out.find("Password, shown once: "), std::string::npos);
    EXPECT_NE(ran({"account", "reset-password", "a"}).out.find("Password, shown once: "),
              std::string::npos);
    EXPECT_NE(account("a").password_hash(), "hash of correct horse");
}

TEST_F(Commands, the_queue_is_listed_tried_and_emptied) {
    start();
    EXPECT_EQ(ran({"queue", "list"}).err, "The queue is empty.\n");
    const auto one = put_message(), two = put_message();
    const auto list = ran({"queue", "list"});
    EXPECT_TRUE(list.out.starts_with("ID                          ACCEPTED"));
    EXPECT_NE(list.out.find(one), std::string::npos);
    EXPECT_TRUE(
        ran({"queue", "list", "--json"})
            .out.starts_with(
                R"({"kind":"message_list","api_version":1,"more":false,"items":[{"kind":)"));
    EXPECT_NE(ran({"queue", "show", one}).out.find("recipient:  <bob@b.example> pending"),
              std::string::npos);
    EXPECT_EQ(ran({"queue", "retry", one, two}).out,
              one + " is tried now\n" + two + " is tried now\n");
    EXPECT_EQ(ran({"queue", "delete", one, two}).exit, Exit::usage);
    terminal_ = true;
    EXPECT_EQ(ran({"queue", "delete", one, two}, "no\n").exit, Exit::usage);
    EXPECT_EQ(ran({"queue", "delete", one, two}, "2\n").exit, Exit::ok);
    EXPECT_EQ(ran({"queue", "delete", one}).exit, Exit::not_found);
}

TEST_F(Commands, several_messages_are_meant_by_a_filter_and_counted_first) {
    start();
    const auto one = put_message(), two = put_message();
    EXPECT_EQ(ran({"queue", "hold"}).exit, Exit::usage);
    EXPECT_EQ(ran({"queue", "hold", one, "--domain", "b.example"}).exit, Exit::usage);
    EXPECT_EQ(ran({"queue", "hold", "--older", "old"}).exit, Exit::usage);
    EXPECT_EQ(ran({"queue", "hold", "--state", "held"}).exit, Exit::usage);
    EXPECT_EQ(ran({"queue", "hold", "--domain", "c.example"}).err, "No message matches.\n");
    EXPECT_EQ(ran({"queue", "hold", "--domain", "b.example"}).err,
              "signet: 2 messages would be held; say --yes\n");
    EXPECT_EQ(ran({"queue", "hold", one}).out, one + " is held\n");
    EXPECT_EQ(ran({"queue", "retry", one}).exit, Exit::conflict);
    EXPECT_EQ(ran({"queue", "hold", "--domain", "b.example", "--yes"}).out,
              "1 held; 1 skipped (being delivered now, held, or so already); 0 failed\n");
    const auto listed = ran({"queue", "list", "--state", "hold", "--limit", "1"});
    EXPECT_NE(listed.out.find("  hold   <ann@a.example>"), std::string::npos) << listed.out;
    EXPECT_EQ(listed.err, "There are more: --after " + one + "\n");
    EXPECT_NE(ran({"queue", "list", "--after", one}).out.find(two), std::string::npos);
    EXPECT_EQ(ran({"queue", "list", "--limit", "0"}).exit, Exit::usage);

    const auto summary = ran({"queue", "summary"});
    EXPECT_TRUE(summary.out.starts_with(
        "2 messages, 10 B, the oldest of 1970-01-01T00:00:00Z\n\n"
        "STATE  MESSAGES  SIZE  OLDEST                NEXT TRY\nhold   2  "))
        << summary.out;
    EXPECT_EQ(ran({"queue", "summary", "--older", "1d", "--state", "active"}).out,
              "No messages.\n");
    EXPECT_EQ(ran({"queue", "summary", "--top", "0"}).exit, Exit::usage);
    terminal_ = true;
    EXPECT_EQ(ran({"queue", "delete", "--state", "hold"}, "yes\n").exit, Exit::usage);
    const auto gone = ran({"queue", "delete", "--state", "hold", "--json"}, "2\n");
    EXPECT_TRUE(
        gone.out.starts_with(R"({"kind":"queue_edits","api_version":1,"matched":2,"done":2)"))
        << gone.out << gone.err;
    EXPECT_EQ(ran({"queue", "list"}).err, "The queue is empty.\n");
}

TEST_F(Commands, status_and_json_come_from_the_server) {
    start();
    EXPECT_TRUE(ran({"status"}).out.starts_with("state:       running, version 1.0, since "));
    EXPECT_TRUE(ran({"status", "--json"})
                    .out.starts_with(R"({"kind":"status","api_version":1,"state":"running")"));
    EXPECT_EQ(ran({"account", "list", "--json"}).out,
              "{\"kind\":\"account_list\",\"api_version\":1,\"items\":[]}\n");
}

TEST_F(Commands, settings_that_cannot_be_used_are_78) {
    std::ofstream{directory_ + "/signet.toml"} << "version = 2\n";
    EXPECT_EQ(ran({"status"}).exit, Exit::settings);
    EXPECT_EQ(ran({"audit-log", "query"}).exit, Exit::settings);
}

TEST_F(Commands, the_audit_log_is_searched_without_a_server) {
    EXPECT_EQ(ran({"audit-log", "query"}).exit, Exit::not_found);
    std::filesystem::create_directories(directory_ + "/state/audit");
    std::filesystem::permissions(directory_ + "/state/audit", std::filesystem::perms::owner_all);
    std::ofstream log{directory_ + "/state/audit/audit.ndjson"};
    for (int i = 0; i < 3; ++i) {
        audit::Event event;
        event.time = ManualClock{}.wall() + std::chrono::seconds{i};
        event.id = world_.ids.next();
        event.event = i == 1 ? "message.accepted" : "auth.attempt";
        event.user_name = i == 0 ? "ann" : "bob";
        log << audit::to_json(event, {static_cast<std::uint64_t>(i + 1), "n", "i"}) << "\n";
    }
    log << "not an event\n";
    log.close();
    const auto lines = [&](std::vector<std::string> options) {
        options.insert(options.begin(), {"audit-log", "query"});
        const auto result = ran(options);
        EXPECT_EQ(result.exit, Exit::ok) << result.err;
        return std::ranges::count(result.out, '\n');
    };
    EXPECT_EQ(lines({}), 3);
    EXPECT_EQ(lines({"--event", "auth.*"}), 2);
    EXPECT_EQ(lines({"--user", "ANN"}), 1);
    EXPECT_EQ(lines({"--last", "2"}), 2);
    EXPECT_EQ(lines({"--since", "2026-11-24T06:00:01Z"}), 2);
    EXPECT_EQ(lines({"--until", "2026-11-24T06:00:01Z"}), 1);
    EXPECT_EQ(lines({"--user", "eve"}), 0);
    EXPECT_TRUE(ran({"audit-log", "query", "--last", "1"})
                    .out.starts_with("2026-11-24T06:00:02.000000Z auth outcome=success"));
    EXPECT_TRUE(ran({"audit-log", "query", "--json"}).out.starts_with("{\"schema\":") ||
                ran({"audit-log", "query", "--json"}).out.starts_with("{\"time\":"));
    EXPECT_EQ(ran({"audit-log", "query"}).err, "signet: 1 lines of the log are no events\n");
    EXPECT_EQ(ran({"audit-log", "query", "--since", "yesterday"}).exit, Exit::usage);
    EXPECT_EQ(ran({"audit-log", "query", "--last", "0"}).exit, Exit::usage);
}

TEST_F(Commands, a_message_is_traced_over_all_files_of_the_log) {
    EXPECT_EQ(ran({"message", "trace", "x"}).exit, Exit::not_found);
    const auto folder = directory_ + "/state/audit";
    std::filesystem::create_directories(folder);
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
    const auto write = [&](const std::string& file, int second, const std::string& name) {
        audit::Event event;
        event.time = ManualClock{}.wall() + std::chrono::seconds{second};
        event.id = world_.ids.next();
        event.event = name;
        event.message = audit::Message{"01Q", "<1@a.example>", "ann@a.example", {"b@c"}, 5};
        if (name != "message.accepted") event.delivery = audit::Delivery{"out", "mx:25", 1};
        if (name == "message.deferred") event.change = {{"due", "", "2026-11-24T07:00:00.000000Z"}};
        std::ofstream{folder + "/" + file, std::ios::app}
            << audit::to_json(event, {static_cast<std::uint64_t>(second), "n", "i"}) << "\n";
    };
    write("audit-00000000000000000002.ndjson", 1, "message.accepted");
    write("audit-00000000000000000002.ndjson", 2, "message.deferred");
    write("audit.ndjson", 3, "message.delivered");
    for (const std::string name : {"01Q", "1@a.example"}) {
        const auto trace = ran({"message", "trace", name});
        EXPECT_EQ(trace.exit, Exit::ok);
        EXPECT_EQ(trace.out,
                  "queue id 01Q, Message-ID <1@a.example>\n"
                  "2026-11-24T06:00:01.000000Z  accepted   from <ann@a.example> for b@c, 5 octets\n"
                  "2026-11-24T06:00:02.000000Z  deferred   try 1 by route out to mx:25, for b@c; "
                  "waits until 2026-11-24T07:00:00.000000Z\n"
                  "2026-11-24T06:00:03.000000Z  delivered  try 1 by route out to mx:25, for b@c\n");
    }
    const auto json = ran({"message", "trace", "01Q", "--json"});
    EXPECT_TRUE(json.out.starts_with(R"({"kind":"message_trace","api_version":1,"messages":[)"));
    EXPECT_NE(json.out.find(R"("until":"2026-11-24T07:00:00.000000Z")"), std::string::npos);
    EXPECT_EQ(ran({"message", "trace", "01R"}).exit, Exit::not_found);
}

}  // namespace
}  // namespace signet::cli
