// credential list, add, set, revoke and delete; app-password add, list and revoke, which are the
// same for the kind that people make most.
#include "cli/command.h"
#include "cli/credential_options.h"
#include "cli/show.h"
#include "cli/show_credential.h"
#include "cli/table.h"

#include <fstream>
#include <ostream>

namespace signet::cli {
namespace {

constexpr Argument kAccount{
    .name = "NAME", .value = {}, .description = "of the account", .required = true};
constexpr Argument kId{.name = "ID",
                       .value = {},
                       .description = "of the credential, as `credential list` shows it",
                       .required = true};

constexpr Argument kListArguments[] = {kAccount};
constexpr Argument kIdArguments[] = {kAccount, kId};
constexpr Argument kAppPasswordArguments[] = {
    kAccount,
    kLabel,
    kSender,
    kRecipientDomain,
    kFrom,
    kMechanism,
    kMinTls,
    kExpires,
    kIdleDays,
    {.name = "--cram-md5",
     .value = {},
     .description = "keep what CRAM-MD5 needs too, for a device that knows nothing better"},
    kLimitMessages,
    kLimitRecipients,
    kLimitMessageRecipients,
    kLimitMessageSize};
constexpr Argument kAddArguments[] = {
    kAccount,
    {.name = "--password-stdin",
     .value = {},
     .description = "read the password from standard input"},
    {.name = "--certificate",
     .value = "FILE",
     .description = "the certificate of a TLS client, PEM"},
    {.name = "--subject",
     .value = "ISSUER:SUB",
     .description = "whose tokens open it: an [[issuer]] by its name, and "
                    "what its tokens call him"},
    kLabel,
    kSender,
    kRecipientDomain,
    kFrom,
    kMechanism,
    kMinTls,
    kExpires,
    kIdleDays,
    kLimitMessages,
    kLimitRecipients,
    kLimitMessageRecipients,
    kLimitMessageSize};
constexpr Argument kSetArguments[] = {kAccount,
                                      kId,
                                      kLabel,
                                      kSender,
                                      kRecipientDomain,
                                      kFrom,
                                      kMechanism,
                                      kMinTls,
                                      kExpires,
                                      kIdleDays,
                                      kLimitMessages,
                                      kLimitRecipients,
                                      kLimitMessageRecipients,
                                      kLimitMessageSize};

constexpr std::string_view kAppAddExamples[] = {
    "app-password add ann@example.com --label phone",
    "app-password add scans@example.com --label printer-2 --from 192.168.20.7 "
    "--sender scan@example.com --recipient-domain example.com --limit-messages 100/1h"};
constexpr std::string_view kAppListExamples[] = {"app-password list ann@example.com"};
constexpr std::string_view kAppRevokeExamples[] = {"app-password revoke ann@example.com k7m2qd4x"};
constexpr std::string_view kListExamples[] = {"credential list ann@example.com",
                                              "credential list ann@example.com --json"};
constexpr std::string_view kAddExamples[] = {
    "credential add ann@example.com --password-stdin --expires 7d < password-file",
    "credential add scans@example.com --certificate printer.pem --from 192.168.20.7",
    "credential add ann@example.com --subject company:7f2c9a51"};
constexpr std::string_view kSetExamples[] = {
    "credential set ann@example.com k7m2qd4x --from 192.168.20.0/24 --expires 2027-05-01",
    "credential set ann@example.com k7m2qd4x --from none"};
constexpr std::string_view kRevokeExamples[] = {"credential revoke ann@example.com k7m2qd4x"};
constexpr std::string_view kDeleteExamples[] = {"credential delete ann@example.com k7m2qd4x"};

// type: empty for all.
Exit list_of(const Invocation& invocation, Console& console, std::string_view type) {
    const auto link = open_link(invocation, console, Reach::server_or_stores);
    if (!link) return complain(link.error(), console);
    RequestLine request{"credential.list"};
    request.text("name", invocation.one("NAME"));
    std::vector<std::vector<std::string>> rows{
        {"ID", "TYPE", "LABEL", "STATE", "LAST USED", "MAY"}};
    std::string items;
    const auto done = (*link)->ask(request.finish(), [&](std::string_view item) {
        if (!type.empty() && member_of(item, "type") != type) return;
        if (invocation.json())
            items += (items.empty() ? "" : ",") + std::string{item};
        else
            rows.push_back(credential_row(item));
    });
    if (!done) return complain(done.error(), console);
    if (invocation.json()) {
        console.out << R"({"kind":"credential_list","api_version":1,"items":[)" << items << "]}\n";
        return Exit::ok;
    }
    if (rows.size() > 1) console.out << in_columns(rows);
    if (!invocation.quiet()) {
        console.err << (rows.size() > 1 ? "Next: signet credential revoke NAME ID\n"
                                        : "There is none.\n");
    }
    return Exit::ok;
}

Exit list(const Invocation& invocation, Console& console) {
    return list_of(invocation, console, {});
}
Exit list_app_passwords(const Invocation& invocation, Console& console) {
    return list_of(invocation, console, "app-password");
}

Exit add_app_password(const Invocation& invocation, Console& console) {
    const auto name = invocation.one("NAME");
    RequestLine request{"credential.add"};
    request.text("name", name).text("type", "app-password");
    if (invocation.has("--cram-md5")) request.flag("cram_md5", true);
    add_credential_options(invocation, request);
    return ask_and_show(invocation, console, request.finish(),
                        {show_credential, "app-password list " + name});
}

// false: complained.
bool add_password(Console& console, RequestLine& request) {
    constexpr std::size_t kLongestPassword = 511;  // as the server takes them
    const auto password = read_secret_from(console.in, kLongestPassword);
    if (!password || password->empty()) {
        console.err << "signet: standard input holds no password of at most 511 octets\n";
        return false;
    }
    request.text("type", "password").password(*password);
    return true;
}

bool add_certificate(const std::string& file, Console& console, RequestLine& request) {
    constexpr std::size_t kLargest = 64u << 10;  // octets; what is behind the first is not read
    std::ifstream in{file, std::ios::binary};
    std::string pem(kLargest, '\0');
    in.read(pem.data(), static_cast<std::streamsize>(pem.size()));
    pem.resize(static_cast<std::size_t>(in.gcount()));
    if (pem.empty()) {
        console.err << "signet: " << file << ": cannot be read, or is empty\n";
        return false;
    }
    const auto begin = pem.find("-----BEGIN CERTIFICATE-----");
    const auto end = pem.find("-----END CERTIFICATE-----", begin);
    if (begin == std::string::npos || end == std::string::npos) {
        console.err << "signet: " << file << ": there is no certificate in it (PEM)\n";
        return false;
    }
    // A key beside it is nobody's business.
    request.text("type", "certificate")
        .text("certificate", pem.substr(begin, end - begin) + "-----END CERTIFICATE-----\n");
    return true;
}

bool add_subject(std::string subject, Console& console, RequestLine& request) {
    const auto colon = subject.find(':');
    if (colon == std::string::npos) {
        console.err << "signet: --subject is ISSUER:SUB, such as company:7f2c9a51\n";
        return false;
    }
    subject[colon] = ' ';
    request.text("type", "token").text("subject", subject);
    return true;
}

Exit add(const Invocation& invocation, Console& console) {
    const auto name = invocation.one("NAME");
    RequestLine request{"credential.add"};
    request.text("name", name);
    const int kinds = invocation.has("--password-stdin") + invocation.has("--certificate") +
                      invocation.has("--subject");
    if (kinds != 1) {
        console.err << "signet: one of --password-stdin, --certificate and --subject is needed\n"
                       "See: signet credential add --help\n";
        return Exit::usage;
    }
    const bool taken = invocation.has("--password-stdin") ? add_password(console, request)
                       : invocation.has("--certificate")
                           ? add_certificate(invocation.one("--certificate"), console, request)
                           : add_subject(invocation.one("--subject"), console, request);
    if (!taken) return Exit::usage;
    add_credential_options(invocation, request);
    return ask_and_show(invocation, console, request.finish(),
                        {show_credential, "credential list " + name});
}

Exit set(const Invocation& invocation, Console& console) {
    const auto name = invocation.one("NAME");
    RequestLine request{"credential.set"};
    request.text("name", name).text("id", invocation.one("ID"));
    if (!add_credential_options(invocation, request)) {
        console.err << "signet: nothing to set\nSee: signet credential set --help\n";
        return Exit::usage;
    }
    return ask_and_show(invocation, console, request.finish(),
                        {show_credential, "credential list " + name});
}

Exit end_with(const Invocation& invocation, Console& console, std::string_view method) {
    const auto name = invocation.one("NAME");
    RequestLine request{method};
    request.text("name", name).text("id", invocation.one("ID"));
    return ask_and_show(invocation, console, request.finish(),
                        {show_credential, "credential list " + name});
}
Exit revoke(const Invocation& invocation, Console& console) {
    return end_with(invocation, console, "credential.revoke");
}
Exit remove(const Invocation& invocation, Console& console) {
    return end_with(invocation, console, "credential.delete");
}

constexpr std::string_view kOnce =
    "It is made up, shown once, and opens this account within the restrictions given. Lost, it is "
    "revoked and another one made.";
constexpr std::string_view kRevoked =
    "Whoever signed in with it is asked for another one at his next command. It stays in the list, "
    "so "
    "that the audit log can say who still tries it; `credential delete` forgets it.";

}  // namespace

constinit const Command command_app_password_add{.noun = "app-password",
                                                 .verb = "add",
                                                 .summary = "Make a password for one device",
                                                 .description = kOnce,
                                                 .arguments = kAppPasswordArguments,
                                                 .examples = kAppAddExamples,
                                                 .run = add_app_password};
constinit const Command command_app_password_list{.noun = "app-password",
                                                  .verb = "list",
                                                  .summary = "List the app passwords of an account",
                                                  .description = {},
                                                  .arguments = kListArguments,
                                                  .examples = kAppListExamples,
                                                  .run = list_app_passwords};
constinit const Command command_app_password_revoke{.noun = "app-password",
                                                    .verb = "revoke",
                                                    .summary = "End an app password at once",
                                                    .description = kRevoked,
                                                    .arguments = kIdArguments,
                                                    .examples = kAppRevokeExamples,
                                                    .run = revoke};
constinit const Command command_credential_list{.noun = "credential",
                                                .verb = "list",
                                                .summary = "List what an account signs in with",
                                                .description = {},
                                                .arguments = kListArguments,
                                                .examples = kListExamples,
                                                .run = list};
constinit const Command command_credential_add{
    .noun = "credential",
    .verb = "add",
    .summary = "Give an account something else to sign in with",
    .description =
        "A second password, while it replaces the first or for somebody who stands in; the "
        "certificate of a TLS client, for EXTERNAL; or the subject of an issuer's tokens. A device "
        "that knows passwords alone gets an app password.",
    .arguments = kAddArguments,
    .examples = kAddExamples,
    .run = add};
constinit const Command command_credential_set{
    .noun = "credential",
    .verb = "set",
    .summary = "Change what a credential may do and how long",
    .description = "What is not named stays as it is; `none` takes a restriction away.",
    .arguments = kSetArguments,
    .examples = kSetExamples,
    .run = set};
constinit const Command command_credential_revoke{.noun = "credential",
                                                  .verb = "revoke",
                                                  .summary = "End a credential at once",
                                                  .description = kRevoked,
                                                  .arguments = kIdArguments,
                                                  .examples = kRevokeExamples,
                                                  .run = revoke};
constinit const Command command_credential_delete{
    .noun = "credential",
    .verb = "delete",
    .summary = "Forget a credential",
    .description = "Who tries it from then on looks like anybody with a wrong password.",
    .arguments = kIdArguments,
    .examples = kDeleteExamples,
    .run = remove};

}  // namespace signet::cli
