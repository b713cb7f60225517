#include "settings/described.h"

namespace signet::settings {
namespace {

constexpr std::string_view kForMail[] = {"allowed", "app-passwords-only"};

constexpr Key kKeys[] = {
    key<&PasswordSettings::for_mail>(
        "for_mail", choice(kForMail),
        "`app-passwords-only`: mail takes app passwords and nothing that somebody chose; whoever "
        "shows the right password of his account is told to make one (534)."),
    with_default(
        key<&PasswordSettings::app_password_page>(
            "app_password_page", of_kind(Type::Kind::text),
            "Where people make app passwords, as the 534 says it: an address they can open "
            "or somebody they can ask."),
        "nothing is said"),
    key<&PasswordSettings::min_length>(
        "min_length", count(8, 128),
        "A new password has at least so many characters. Nothing is asked of their kind: length is "
        "what counts (NIST SP 800-63B §5.1.1.2).")};

}  // namespace

constinit const Section section_passwords{
    .name = "passwords",
    .description = "What passwords have to be, and what they open.",
    .keys = kKeys,
    .record = [](Snapshot& snapshot) -> void* { return &snapshot.passwords; },
    .example =
        "[passwords]\nfor_mail = \"app-passwords-only\"\n"
        "app_password_page = \"https://mail.example.com/me\"\n"};

}  // namespace signet::settings
