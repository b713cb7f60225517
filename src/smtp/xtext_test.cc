#include "smtp/xtext.h"

#include "smtp/play.h"

namespace signet::smtp {
namespace {

using testing::ElementsAre;
using testing::Optional;

TEST(Xtext, is_decoded_strictly) {
    EXPECT_THAT(decode_xtext("QQ314159"), Optional(std::string{"QQ314159"}));
    EXPECT_THAT(decode_xtext("a+2Bb+3Dc"), Optional(std::string{"a+b=c"}));
    EXPECT_THAT(decode_xtext("hi+20there"), Optional(std::string{"hi there"}));
    EXPECT_THAT(decode_xtext("<>"), Optional(std::string{"<>"}));
    EXPECT_THAT(decode_xtext(""), Optional(std::string{}));
    for (const std::string_view text :
         {"+", "+2", "+2b", "+2G", "+GG", "a+", "a=b", "+2B+", "++2B"}) {
        EXPECT_EQ(decode_xtext(text), std::nullopt) << text;
    }
    EXPECT_THAT(decode_xtext("+2B0"), Optional(std::string{"+0"}));  // two digits, and no more
}

// CVE-2020-28021, CVE-2020-28026: a line end came out of a parameter, and became a line.
TEST(Xtext, security_22_what_cannot_be_printed_does_not_come_out) {
    for (const std::string_view text : {"x+0D+0AX:", "x+0A", "x+0D", "+00", "+09", "+1B[2J", "+7F",
                                        "+80", "+C3+BC", "\xC3\xBC"}) {
        EXPECT_EQ(decode_xtext(text), std::nullopt) << text;
        EXPECT_EQ(decode_original("rfc822;" + std::string{text}), std::nullopt) << text;
    }
    for (const std::string_view text :
         {"utf-8;a\\x{0A}b", "utf-8;a\\x{0D}", "utf-8;\\x{00}", "utf-8;\\x{2028}",
          "utf-8;a\\x{200B}", "utf-8;a\\x{85}", "utf-8;a\xE2\x80\x8B", "utf-8;a\\x{20}b"}) {
        EXPECT_EQ(decode_original(text), std::nullopt) << text;
    }
}

TEST(Xtext, everything_printable_comes_back) {
    std::string all;
    for (char c = ' '; c <= '~'; ++c) all += c;
    EXPECT_THAT(decode_xtext(encode_xtext(all)), Optional(all));
    EXPECT_EQ(encode_xtext("a +="), "a+20+2B+3D");
}

TEST(OriginalRecipient, has_a_type_and_an_address) {
    struct Case {
        std::string wire, decoded, again;
    };
    const Case cases[] = {
        {"rfc822;Bob@Example.COM", "rfc822;Bob@Example.COM", "rfc822;Bob@Example.COM"},
        {"RFC822;a+2Bb@c", "RFC822;a+b@c", "RFC822;a+2Bb@c"},
        {"x400;/S=Bob+20Smith", "", ""},  // "=" has to be +3D
        {"x400;/S+3DBob+20Smith", "x400;/S=Bob Smith", "x400;/S+3DBob+20Smith"},
        {"utf-8;ann@example.com", "utf-8;ann@example.com", "utf-8;ann@example.com"},
        {"utf-8;\\x{FC}@b", "utf-8;\u00FC@b", "utf-8;\\x{FC}@b"},
        {"utf-8;\u00FC@b", "utf-8;\u00FC@b", "utf-8;\\x{FC}@b"},
        {"UTF-8;\\x{7528}\\x{1F600}", "UTF-8;\u7528\U0001F600", "UTF-8;\\x{7528}\\x{1F600}"},
        {"utf-8;a\\x{2B}b\\x{3D}\\x{5C}", "utf-8;a+b=\\", "utf-8;a\\x{2B}b\\x{3D}\\x{5C}"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.wire);
        const auto decoded = decode_original(c.wire);
        EXPECT_EQ(decoded.value_or(""), c.decoded);
        if (!decoded) continue;
        EXPECT_EQ(encode_original(*decoded), c.again);
        EXPECT_EQ(decode_original(encode_original(*decoded)), decoded);
    }
    for (const std::string_view text :
         {"", ";", "rfc822", "rfc822;", ";a@b", "rfc 822;a@b", "utf-8;a+b", "utf-8;a\\b",
          "utf-8;\\x{", "utf-8;\\x{}", "utf-8;\\x{F}", "utf-8;\\x{D800}", "utf-8;\\x{110000}",
          "utf-8;\\x{0000041}", "utf-8;\\x{fc}", "utf-8;\xC3"}) {
        EXPECT_EQ(decode_original(text), std::nullopt) << text;
    }
    EXPECT_TRUE(decode_original("rfc822;" + std::string(493, 'a')));
    EXPECT_FALSE(decode_original("rfc822;" + std::string(494, 'a')));
}

TEST(Notify, never_stands_alone) {
    EXPECT_THAT(parse_notify("NEVER"), Optional(mail::Notify{.asked = true}));
    EXPECT_THAT(
        parse_notify("success,Failure,DELAY"),
        Optional(mail::Notify{.asked = true, .success = true, .failure = true, .delay = true}));
    for (const std::string_view text : {"", "NEVER,SUCCESS", "SUCCESS,NEVER", "SUCCESS,",
                                        ",SUCCESS", "SUCCESS FAILURE", "NONE"}) {
        EXPECT_EQ(parse_notify(text), std::nullopt) << text;
    }
    for (const std::string_view text : {"NEVER", "SUCCESS", "SUCCESS,FAILURE,DELAY", "DELAY"}) {
        EXPECT_EQ(text_of(*parse_notify(text)), text);
    }
}

// The dialogue of RFC 3461 §10.1, as printed there.
TEST(Dsn, the_submission_of_rfc_3461_is_understood) {
    auto server = proven();
    server.feed(
        "MAIL FROM:<Alice@Example.ORG> RET=HDRS ENVID=QQ314159\r\n"
        "RCPT TO:<Bob@Example.COM> NOTIFY=SUCCESS ORCPT=rfc822;Bob@Example.COM\r\n"
        "RCPT TO:<Carol@Ivory.EDU> NOTIFY=FAILURE ORCPT=rfc822;Carol@Ivory.EDU\r\n"
        "RCPT TO:<Dana@Ivory.EDU> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;Dana@Ivory.EDU\r\n"
        "RCPT TO:<Eric@Bombs.AF.MIL> NOTIFY=FAILURE ORCPT=rfc822;Eric@Bombs.AF.MIL\r\n"
        "RCPT TO:<Fred@Bombs.AF.MIL> NOTIFY=NEVER\r\n"
        "RCPT TO:<George@Tax-ME.GOV> NOTIFY=FAILURE ORCPT=rfc822;George@Tax-ME.GOV\r\n");
    auto seen = server.trace();
    seen.erase(seen.begin(), seen.end() - 7);
    EXPECT_THAT(
        seen, ElementsAre(
                  "mail <Alice@example.org> ret=hdrs envid=QQ314159 -> 250",
                  "rcpt <Bob@example.com> notify=SUCCESS orcpt=rfc822;Bob@Example.COM -> 250",
                  "rcpt <Carol@ivory.edu> notify=FAILURE orcpt=rfc822;Carol@Ivory.EDU -> 250",
                  "rcpt <Dana@ivory.edu> notify=SUCCESS,FAILURE orcpt=rfc822;Dana@Ivory.EDU -> 250",
                  "rcpt <Eric@bombs.af.mil> notify=FAILURE orcpt=rfc822;Eric@Bombs.AF.MIL -> 250",
                  "rcpt <Fred@bombs.af.mil> notify=NEVER -> 250",
                  "rcpt <George@tax-me.gov> notify=FAILURE orcpt=rfc822;George@Tax-ME.GOV -> 250"));
}

TEST(Dsn, a_parameter_that_cannot_be_read_is_refused_and_the_session_goes_on) {
    struct Case {
        std::string line, code;
    };
    const Case cases[] = {
        {"MAIL FROM:<a@b> RET=SOME", "501"},
        {"MAIL FROM:<a@b> RET", "501"},
        {"MAIL FROM:<a@b> RET=FULL RET=FULL", "501"},
        {"MAIL FROM:<a@b> ENVID=", "501"},
        {"MAIL FROM:<a@b> ENVID=+0D+0A", "501"},
        {"MAIL FROM:<a@b> ENVID=+2", "501"},
        {"MAIL FROM:<a@b> ENVID=\xC3\xBC", "501"},
        {"MAIL FROM:<a@b> ENVID=" + std::string(101, 'x'), "501"},
        {"MAIL FROM:<a@b> AUTH=x+0D+0AX:", "501"},
        {"MAIL FROM:<a@b> NOTIFY=NEVER", "555"},
        {"MAIL FROM:<a@b> ENVID=" + std::string(100, 'x'), "250"},
        {"MAIL FROM:<a@b> AUTH=<>", "250"},
        {"MAIL FROM:<a@b> AUTH=e+3Dmc2@example.com", "250"},
    };
    for (const auto& c : cases) {
        EXPECT_THAT(replies([] { return proven(); }, c.line + "\r\nNOOP\r\n"),
                    ElementsAre(c.code, "250"))
            << c.line;
    }
    const Case recipients[] = {
        {"RCPT TO:<a@b> NOTIFY=NEVER,FAILURE", "501"},
        {"RCPT TO:<a@b> NOTIFY=NEVER NOTIFY=NEVER", "501"},
        {"RCPT TO:<a@b> ORCPT=a@b", "501"},
        {"RCPT TO:<a@b> ORCPT=rfc822;a+0A@b", "501"},
        {"RCPT TO:<a@b> ORCPT=rfc822;a@b ORCPT=rfc822;a@b", "501"},
        {"RCPT TO:<a@b> RET=FULL", "555"},
    };
    for (const auto& c : recipients) {
        EXPECT_THAT(replies([] { return proven(); }, kMail + c.line + "\r\nNOOP\r\n"),
                    ElementsAre("250", c.code, "250"))
            << c.line;
    }
}

}  // namespace
}  // namespace signet::smtp
