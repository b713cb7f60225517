#include "relay/transport_maildir.h"

#include "net/run_task.h"
#include "relay/relay_world.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace signet::relay {
namespace {

namespace fs = std::filesystem;
using Kind = queue::RecipientOutcome::Kind;

class MaildirTransport : public testing::Test {
protected:
    MaildirTransport() {
        std::string name = (fs::temp_directory_path() / "signet-maildir-XXXXXX").string();
        root_ = ::mkdtemp(name.data());
    }
    ~MaildirTransport() override { fs::remove_all(root_); }

    // Delivers what is due by a Maildir route for everything.
    void deliver_all(std::string_view path) {
        world_.routes.set({{"here", {{"*"}}, transport(path)}});
        const auto services = world_.services();
        for (auto& lease : world_.claim(100)) {
            net::run_task(
                deliver(services, world_.ways.sessions, std::move(lease), Deadline::never()));
        }
    }
    std::shared_ptr<Transport> transport(std::string_view path) {
        return make_maildir_transport({root_.string() + std::string{path}, "mx.example.org"},
                                      pool_);
    }
    std::vector<std::string> contents(const fs::path& box) const {
        std::vector<std::string> found;
        if (!fs::exists(root_ / box / "new")) return found;
        for (const auto& file : fs::directory_iterator(root_ / box / "new")) {
            std::ifstream in{file.path(), std::ios::binary};
            found.emplace_back(std::istreambuf_iterator<char>{in},
                               std::istreambuf_iterator<char>{});
        }
        return found;
    }

    fs::path root_;
    RelayWorld world_;
    net::WorkerPool pool_{{.name = "files", .threads = 2}};
};

TEST_F(MaildirTransport, AMessageIsAFileWithLfAndTheTraceOfFinalDelivery) {
    const auto id = world_.accept({"Bob@example.org"});
    deliver_all("/{domain}/{local}");
    EXPECT_EQ(contents("example.org/bob"),
              std::vector<std::string>{"Return-Path: <ann@example.org>\n"
                                       "Delivered-To: Bob@example.org\n"
                                       "Received: by relay\n"
                                       "Subject: hello\n\nbody\n"});
    EXPECT_FALSE(world_.find(id));
    EXPECT_EQ(world_.events(),
              std::vector<std::string>{"message.delivered here Bob@example.org ok"});
}

TEST_F(MaildirTransport, TheNullSenderIsWrittenAsTheRfcDoes) {
    world_.accept({"bob@example.org"}, "Subject: report\r\n\r\n", "");
    deliver_all("/mail");
    EXPECT_TRUE(contents("mail").at(0).starts_with("Return-Path: <>\nDelivered-To: "));
}

TEST_F(MaildirTransport, RecipientsOfOneDirectoryShareAFile) {
    world_.accept({"bob@example.org", "cleo@example.org", "dan@example.net"});
    deliver_all("/{domain}");
    ASSERT_EQ(contents("example.org").size(), 1u);
    EXPECT_NE(contents("example.org")[0].find("Delivered-To: bob@example.org\n"
                                              "Delivered-To: cleo@example.org\n"),
              std::string::npos);
    EXPECT_EQ(contents("example.net").size(), 1u);
}

TEST_F(MaildirTransport, ALargeMessageArrivesOctetForOctet) {
    std::string content = "Subject: large\r\n\r\n", expected;
    for (int i = 0; content.size() < 1'000'000; ++i) content += std::to_string(i) + "\r\n";
    for (const char c : content) {
        if (c != '\r') expected += c;
    }
    world_.accept({"bob@example.org"}, content);
    deliver_all("/mail");
    ASSERT_EQ(contents("mail").size(), 1u);
    EXPECT_TRUE(contents("mail")[0].ends_with(expected));
}

TEST_F(MaildirTransport, security_27_ATryWhoseSuccessWasNotRecordedDeliversOnce) {
    world_.accept({"bob@example.org"});
    world_.routes.set({{"here", {{"*"}}, transport("/mail")}});
    FailingStore store{world_.queue};
    store.settles.assign(1, StoreFault::corrupt);
    const auto services = world_.services_over(store);
    net::run_task(
        deliver(services, world_.ways.sessions, std::move(world_.claim()[0]), Deadline::never()));
    world_.clock.advance(std::chrono::hours{1});
    net::run_task(deliver(services, world_.ways.sessions, std::move(world_.claim().at(0)),
                          Deadline::never()));
    EXPECT_EQ(contents("mail").size(), 1u);
    EXPECT_TRUE(world_.all().empty());
}

TEST_F(MaildirTransport, ADirectoryThatCannotBeMadeDefersAndSaysWhy) {
    std::ofstream{root_ / "mail"} << "a file";
    const auto id = world_.accept({"bob@example.org"});
    deliver_all("/mail/{local}");
    const auto entry = world_.find(id);
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->recipients[0].state, queue::RecipientState::pending);
    EXPECT_EQ(entry->recipients[0].last_reply, "451 4.3.0 open mail: Not a directory");
    EXPECT_EQ(world_.events(),
              std::vector<std::string>{"message.deferred here bob@example.org local"});
}

TEST_F(MaildirTransport, ContentThatCannotBeReadDefersAndLeavesNothing) {
    FailingStore store{world_.queue};
    store.contents = {StoreFault::corrupt};
    const auto id = world_.accept({"bob@example.org"});
    world_.routes.set({{"here", {{"*"}}, transport("/mail")}});
    const auto services = world_.services_over(store);
    net::run_task(
        deliver(services, world_.ways.sessions, std::move(world_.claim()[0]), Deadline::never()));
    EXPECT_TRUE(contents("mail").empty());
    EXPECT_EQ(world_.find(id)->recipients[0].state, queue::RecipientState::pending);
}

}  // namespace
}  // namespace signet::relay
