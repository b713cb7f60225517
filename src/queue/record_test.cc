#include "queue/record.h"

#include "base/entropy.h"
#include "queue/entry.h"
#include "queue/octets.h"
#include "queue/seal.h"

#include <gtest/gtest.h>

namespace signet::queue {
namespace {

const QueueId kId = "01JV3K5T8Q0000000000000000";

Entry entry() {
    Entry one;
    one.id = kId;
    one.info.envelope.sender.mailbox = mail::Mailbox{"ann", "example.org"};
    one.info.envelope.recipients = {{{"bob", "example.net"}},
                                    {.mailbox = {"c d", "[192.0.2.1]"},
                                     .notify = {.asked = true, .success = true, .delay = true},
                                     .original = "utf-8;j\u00FCrgen@example.net"}};
    one.info.envelope.body = mail::Body::eight_bit_mime;
    one.info.envelope.smtputf8 = true;
    one.info.envelope.ret = mail::Return::headers;
    one.info.envelope.envid = "QQ 314159";
    one.info.account = "ann@example.org";
    one.info.session_id = "01JV3K5T8Q0000000000000001";
    one.info.message_id = "<1@example.org>";
    one.info.prepend = "Received: by mx.example.org\r\n";
    one.info.accepted = WallTime{std::chrono::microseconds{1'795'500'000'123'456}};
    one.content_octets = 1'000;
    one.recipients = {{RecipientState::delivered, "250 ok"},
                      {RecipientState::pending, std::string{"451 \0 later", 11}, true}};
    one.due = one.info.accepted + std::chrono::minutes{5};
    one.attempts = 3;
    return one;
}

void expect_same(const Entry& a, const Entry& b) {
    EXPECT_EQ(a.id, b.id);
    EXPECT_EQ(a.info.envelope, b.info.envelope);
    EXPECT_EQ(a.info.account, b.info.account);
    EXPECT_EQ(a.info.session_id, b.info.session_id);
    EXPECT_EQ(a.info.message_id, b.info.message_id);
    EXPECT_EQ(a.info.prepend, b.info.prepend);
    EXPECT_EQ(a.info.accepted, b.info.accepted);
    EXPECT_EQ(a.content_octets, b.content_octets);
    ASSERT_EQ(a.recipients.size(), b.recipients.size());
    for (std::size_t i = 0; i < a.recipients.size(); ++i) {
        EXPECT_EQ(a.recipients[i].state, b.recipients[i].state);
        EXPECT_EQ(a.recipients[i].last_reply, b.recipients[i].last_reply);
        EXPECT_EQ(a.recipients[i].delay_notified, b.recipients[i].delay_notified);
    }
    EXPECT_EQ(a.due, b.due);
    EXPECT_EQ(a.attempts, b.attempts);
}

audit::Event event() {
    audit::Event one;
    one.id = kId;
    one.time = WallTime{std::chrono::microseconds{1'795'500'000'123'456}};
    one.event = "message.accepted";
    one.outcome = audit::Outcome::failure;
    one.severity = audit::Severity::warning;
    one.client = {"192.0.2.7", 49'152, "client.example.org"};
    one.server = {"192.0.2.1", 587};
    one.tls = audit::Tls{"TLSv1.3", "TLS_AES_128_GCM_SHA256", "mail.example.org", true};
    one.smtp = {250, "2.0.0"};
    one.latency_ms = 0.1;
    one.message = audit::Message{kId, "<1@example.org>", "ann@example.org", {"a@b", "c@d"}, 10};
    one.delivery = audit::Delivery{"mx", "mx.example.net", 2};
    one.actor = audit::Actor{"1", "root", "cli"};
    one.target = audit::Target{"account", "2", "ann"};
    one.change = {{"password", "***", "***"}};
    one.detail = "one sentence";
    return one;
}

TEST(QueueRecord, AnEntryComesBackAsItWas) {
    const auto record = encode_entry(entry());
    ASSERT_TRUE(record);
    const auto back = decode_entry(*record);
    ASSERT_TRUE(back);
    expect_same(*back, entry());

    auto report = entry();
    report.info.envelope.sender.mailbox.reset();
    expect_same(*decode_entry(*encode_entry(report)), report);
}

TEST(QueueRecord, AnEventComesBackAsItWas) {
    const auto record = encode_event(event());
    const auto back = decode_event(record);
    ASSERT_TRUE(back);
    EXPECT_EQ(encode_event(*back), record);
    EXPECT_EQ(back->event, "message.accepted");
    EXPECT_EQ(back->message->recipients[1], "c@d");
    EXPECT_EQ(back->latency_ms, 0.1);
    EXPECT_TRUE(back->tls->implicit);
    EXPECT_EQ(back->change[0].field, "password");

    const auto bare = decode_event(encode_event({}));
    ASSERT_TRUE(bare);
    EXPECT_FALSE(bare->tls || bare->message || bare->delivery || bare->actor || bare->target);
}

TEST(QueueRecord, AnEventOfVersion1IsReadAndHasNoProxy) {
    auto one = event();
    one.client.ehlo = "client.example";
    one.client.proxy_ip = "192.0.2.9";
    EXPECT_EQ(decode_event(encode_event(one))->client.proxy_ip, "192.0.2.9");
    one.client.proxy_ip.clear();
    auto payload = [&] {
        const auto record = encode_event(one);
        return std::string{unseal("SGQV", record, kEventVersion)->payload};
    }();
    payload.erase(payload.find(one.client.ehlo) + one.client.ehlo.size(), 4);  // of an empty text
    const auto old = decode_event(seal("SGQV", payload, 1));
    ASSERT_TRUE(old);
    EXPECT_EQ(old->client.ehlo, "client.example");
    EXPECT_EQ(old->client.proxy_ip, "");
    EXPECT_EQ(encode_event(*old), encode_event(one));
    EXPECT_EQ(decode_event(seal("SGQV", payload, 3)).error(), RecordFault::version);
}

TEST(QueueRecord, AnEventBeyondItsLimitsIsCutNotLost) {
    auto big = event();
    big.detail.assign(100'000, 'x');
    big.message->recipients.assign(20'000, std::string(10'000, 'r'));
    big.change.assign(1'000, {"field", "old", "new"});
    const auto back = decode_event(encode_event(big));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->detail.size(), 4'096u);
    EXPECT_EQ(back->message->recipients.size(), 10'000u);
    EXPECT_EQ(back->change.size(), 256u);
}

TEST(QueueRecord, ContentIsProvenByItsHead) {
    const std::string record = encode_content_head({false, 9, 0xE3069283u}) + "123456789";
    const auto good = decode_content(record);
    ASSERT_TRUE(good);
    EXPECT_EQ(good->inlined, "123456789");

    auto changed = record;
    changed.back() = '8';
    EXPECT_EQ(decode_content(changed).error(), RecordFault::checksum);
    EXPECT_EQ(decode_content(record + "0").error(), RecordFault::length);
    EXPECT_EQ(decode_content(record.substr(0, record.size() - 1)).error(), RecordFault::length);

    const ContentHead in_file{true, 1'000'000, 7};
    EXPECT_EQ(decode_content(encode_content_head(in_file))->head, in_file);
    EXPECT_EQ(decode_content(encode_content_head(in_file) + "x").error(), RecordFault::length);
}

TEST(QueueRecord, AnyOctetChangedOrMissingOrTooManyIsNoticed) {
    const auto record = *encode_entry(entry());
    for (std::size_t at = 0; at < record.size(); ++at) {
        for (const int flip : {1, 128}) {
            auto changed = record;
            changed[at] = static_cast<char>(changed[at] ^ flip);
            EXPECT_FALSE(decode_entry(changed)) << at;
        }
        EXPECT_FALSE(decode_entry(record.substr(0, at))) << at;
    }
    EXPECT_EQ(decode_entry(record + "x").error(), RecordFault::length);
    EXPECT_EQ(decode_event(record).error(), RecordFault::not_a_record);
    EXPECT_EQ(decode_content(record).error(), RecordFault::not_a_record);
}

// Payloads whose checksum is right, as a bug or a forger would write them.
TEST(QueueRecord, AValueThatCannotBeIsRefusedThoughTheChecksumIsRight) {
    const auto payload = encode_entry(entry())->substr(kFrame);
    const auto decode = [](std::string_view text) {
        return decode_entry(seal("SGQE", text, kEntryVersion));
    };
    ASSERT_TRUE(decode(payload));

    struct Case {
        const char* what;
        std::string payload;
    };
    auto bad_id = payload;
    bad_id[0] = '9';  // no ULID begins so
    auto huge = payload;
    huge[29] = '\x7F';  // the length of `account`, beyond the record
    auto states = payload;
    states[payload.find("250 ok") - 5] = '\x03';  // no such state
    const Case cases[] = {
        {"id", bad_id},  {"length", huge},        {"state", states},
        {"nothing", ""}, {"more", payload + "x"}, {"cut", payload.substr(0, payload.size() - 1)},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.what);
        const auto decoded = decode(c.payload);
        ASSERT_FALSE(decoded);
        EXPECT_EQ(decoded.error(), RecordFault::shape);
    }
}

TEST(QueueRecord, AnEntryThatNoStoreWouldWriteIsNotWritten) {
    const auto refused = [](auto change) {
        auto one = entry();
        change(one);
        const auto record = encode_entry(one);
        return !record && record.error() == RecordFault::shape;
    };
    EXPECT_TRUE(refused([](Entry& e) { e.id = "../../etc/passwd"; }));
    EXPECT_TRUE(refused([](Entry& e) { e.recipients.pop_back(); }));
    EXPECT_TRUE(refused([](Entry& e) { e.info.envelope.envid.assign(101, 'x'); }));
    EXPECT_TRUE(refused([](Entry& e) { e.info.envelope.recipients[0].notify.success = true; }));
    // CVE-2020-28026
    EXPECT_TRUE(refused([](Entry& e) { e.info.envelope.envid = "a\nb"; }));
    EXPECT_TRUE(refused([](Entry& e) { e.info.envelope.recipients[0].original = "rfc822;a\rb"; }));
    EXPECT_TRUE(refused([](Entry& e) { e.content_octets = 1; }));
    EXPECT_TRUE(refused([](Entry& e) { e.info.account.assign(2'000, 'x'); }));
    EXPECT_TRUE(refused([](Entry& e) { e.info.prepend.assign(kMaxPrepend + 1, 'x'); }));
    EXPECT_TRUE(refused([](Entry& e) { e.recipients[0].last_reply.assign(kMaxReply + 1, 'x'); }));
}

// As version 1 of docs/reference/queue-format.md has it, field by field.
TEST(QueueRecord, AnEntryOfTheFirstVersionIsStillRead) {
    const auto wanted = entry();
    Writer out;
    out.ulid(wanted.id);
    out.text(wanted.info.account, 1'024);
    out.text(wanted.info.session_id, 1'024);
    out.text(wanted.info.message_id, 2'048);
    out.text(wanted.info.prepend, kMaxPrepend);
    out.number(std::int64_t{1'795'500'000'123'456});
    out.flag(true);
    out.text("ann", 255);
    out.text("example.org", 255);
    out.number(std::uint8_t{1});
    out.number(std::uint32_t{2});
    out.text("bob", 255);
    out.text("example.net", 255);
    out.text("c d", 255);
    out.text("[192.0.2.1]", 255);
    out.number(std::uint32_t{2});
    out.number(std::uint8_t{1});
    out.text("250 ok", kMaxReply);
    out.number(std::uint8_t{0});
    out.text(wanted.recipients[1].last_reply, kMaxReply);
    out.number(std::uint64_t{1'000});
    out.number(std::int64_t{1'795'500'300'123'456});
    out.number(3u);

    const auto read = decode_entry(seal("SGQE", out.take(), 1));
    ASSERT_TRUE(read);
    auto first = wanted;
    first.info.envelope.smtputf8 = false;
    first.info.envelope.ret = mail::Return::unsaid;
    first.info.envelope.envid.clear();
    first.info.envelope.recipients[1].notify = {};
    first.info.envelope.recipients[1].original.clear();
    first.recipients[1].delay_notified = false;
    expect_same(*read, first);
}

// Version 2 is the newest without the flag behind each status.
TEST(QueueRecord, AnEntryOfTheSecondVersionIsStillRead) {
    auto wanted = entry();
    wanted.recipients[1].delay_notified = false;
    auto payload = encode_entry(wanted)->substr(kFrame);
    for (const auto& status : {wanted.recipients[1], wanted.recipients[0]}) {
        payload.erase(payload.find(status.last_reply) + status.last_reply.size(), 1);
    }
    const auto read = decode_entry(seal("SGQE", payload, 2));
    ASSERT_TRUE(read);
    expect_same(*read, wanted);
    EXPECT_FALSE(decode_entry(seal("SGQE", payload, kEntryVersion)));
}

TEST(QueueRecord, OneOfANewerVersionIsToldFromADamagedOne) {
    const auto record = *encode_entry(entry());
    const auto newer = seal("SGQE", record.substr(kFrame), kEntryVersion + 1);
    EXPECT_EQ(decode_entry(newer).error(), RecordFault::version);
    auto damaged = record;
    damaged[4] = kEntryVersion + 1;
    EXPECT_EQ(decode_entry(damaged).error(), RecordFault::checksum);
}

TEST(QueueRecord, TheLargestEntryThatMayBeAcceptedFitsARecord) {
    auto one = entry();
    one.info.envelope.recipients.assign(kMaxRecipients,
                                        {.mailbox = {std::string(64, 'l'), std::string(255, 'd')},
                                         .notify = {.asked = true},
                                         .original = std::string(mail::kOriginalOctets, 'o')});
    one.recipients.assign(kMaxRecipients, {RecipientState::failed, std::string(kMaxReply, 'r')});
    one.info.prepend.assign(kMaxPrepend, 'p');
    one.content_octets = kMaxPrepend;
    const auto record = encode_entry(one);
    ASSERT_TRUE(record);
    EXPECT_LE(record->size(), kMaxRecord);
    EXPECT_TRUE(decode_entry(*record));
}

}  // namespace
}  // namespace signet::queue
