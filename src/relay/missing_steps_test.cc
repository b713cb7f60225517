#include "relay/missing_steps.h"

#include <gmock/gmock.h>

namespace signet::relay {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr WallTime kNow{std::chrono::seconds{1'795'500'000}};

oauth::TokenLook application() {
    oauth::TokenLook look;
    look.audience = {"https://outlook.office365.com"};
    look.roles = {"SMTP.SendAsApp"};
    look.client = "app-1";
    look.object = "object-1";
    look.expires = kNow + std::chrono::hours{1};
    return look;
}

Tried tried(oauth::TokenLook token, std::string said = {}) {
    return {.host = "smtp.office365.com",
            .user = "scan@example.com",
            .signed_in = said.empty(),
            .said = std::move(said),
            .token = std::move(token)};
}

TEST(MissingSteps, of_what_works_there_are_none) {
    EXPECT_THAT(missing_steps(tried(application()), kNow), IsEmpty());
    auto by_number = application();
    by_number.audience = {"https://outlook.office365.com/"};
    EXPECT_THAT(missing_steps(tried(by_number), kNow), IsEmpty());
}

TEST(MissingSteps, a_right_token_that_is_refused_wants_rights_on_the_mailbox) {
    EXPECT_THAT(missing_steps(tried(application(), "535 5.7.3 Authentication unsuccessful"), kNow),
                ElementsAre(HasSubstr("New-ServicePrincipal -AppId app-1 -ObjectId object-1 ")));
    EXPECT_THAT(missing_steps(tried(application(), "430 4.2.0 STOREDRV; mailbox logon"), kNow),
                ElementsAre(HasSubstr("Add-MailboxPermission -Identity scan@example.com -User "
                                      "object-1 -AccessRights FullAccess")));
}

TEST(MissingSteps, each_fault_of_the_token_is_named) {
    auto graph = application();
    graph.audience = {"https://graph.microsoft.com"};
    EXPECT_THAT(
        missing_steps(tried(graph, "535 5.7.3 no"), kNow),
        ElementsAre(HasSubstr("The token is for https://graph.microsoft.com: write scope")));
    auto no_role = application();
    no_role.roles = {"Mail.Send"};
    EXPECT_THAT(missing_steps(tried(no_role, "535 5.7.3 no"), kNow),
                ElementsAre(HasSubstr("lacks the role SMTP.SendAsApp")));
    auto ended = application();
    ended.expires = kNow;
    EXPECT_THAT(missing_steps(tried(ended, "535 5.7.8 no"), kNow),
                ElementsAre(HasSubstr("The token has ended")));
}

TEST(MissingSteps, of_a_person_the_scope_and_the_name_count) {
    oauth::TokenLook ann;
    ann.audience = {"https://outlook.office.com"};
    ann.scopes = {"SMTP.Send"};
    ann.user = "Scan@Example.com";
    EXPECT_THAT(missing_steps(tried(ann), kNow), IsEmpty());
    ann.user = "ann@example.com";
    ann.scopes = {"Mail.Read"};
    EXPECT_THAT(missing_steps(tried(ann, "535 5.7.3 no"), kNow),
                ElementsAre(HasSubstr("lacks the scope SMTP.Send"),
                            HasSubstr("ann@example.com agreed, and the route signs in as scan@")));
}

TEST(MissingSteps, smtp_that_is_switched_off_is_said_so) {
    EXPECT_THAT(
        missing_steps(tried(application(), "535 5.7.139 Authentication unsuccessful"), kNow),
        ElementsAre(HasSubstr("Set-CASMailbox -Identity scan@example.com")));
}

TEST(MissingSteps, of_other_hosts_and_opaque_tokens_nothing_is_guessed) {
    auto elsewhere = tried(application(), "535 5.7.3 no");
    elsewhere.host = "smtp.example.net";
    elsewhere.token->audience = {"x"};
    EXPECT_THAT(missing_steps(elsewhere, kNow), IsEmpty());
    elsewhere.host = "smtp.office365.com.evil.test";
    EXPECT_THAT(missing_steps(elsewhere, kNow), IsEmpty());
    auto opaque = tried(application(), "535 5.7.3 no");
    opaque.token.reset();
    EXPECT_THAT(missing_steps(opaque, kNow), IsEmpty());
}

}  // namespace
}  // namespace signet::relay
