#include "settings/safety.h"

#include "settings/address.h"

#include <algorithm>
#include <array>

namespace signet::settings {
namespace {

struct Case {
    const Snapshot& settings;
    const Places& places;
    const SafetyFacts& facts;

    Problem problem(std::string code, std::string message, std::string_view path,
                    std::string label = {}) const {
        const auto severity = code.front() == 'W' ? Severity::warning : Severity::error;
        return {.code = std::move(code),
                .severity = severity,
                .message = std::move(message),
                .place = places.of(path),
                .label = std::move(label),
                .notes = {},
                .suggestion = {}};
    }
};

std::string counted(std::size_t count, std::string_view one) {
    return std::to_string(count) + " " + std::string{one} + (count == 1 ? "" : "s");
}

// What a listener asks for follows from its role (smtp::Role), and nobody reaches a domain that is
// not ours without a login (policy/check_relay.cc): so this counts, and finds no fault.  Networks
// that are too wide are an error of validate_mail.cc.
Finding open_relay(const Case& given) {
    const auto& settings = given.settings;
    const auto mx = static_cast<std::size_t>(
        std::ranges::count(settings.listeners, "mx", &ListenerSettings::role));
    auto verdict =
        "nobody sends without signing in: " + counted(settings.listeners.size() - mx, "listener") +
        " looked at, each takes MAIL only after AUTH, and each login only its own "
        "addresses";
    if (mx > 0) {
        verdict += "; strangers reach " + counted(settings.domains.size(), "domain") +
                   " of yours and no other, through " + counted(mx, "listener") + " of role mx";
    }
    if (!settings.networks.empty()) {
        verdict += "; " + counted(settings.networks.size(), "trusted network") +
                   " without sign-in, within senders and domains of their own";
    }
    return {.subject = "open relay", .verdict = std::move(verdict), .problems = {}};
}

Finding sign_in_in_the_clear(const Case& given) {
    std::size_t inside = 0, starttls = 0, without = 0;
    for (const auto& listener : given.settings.listeners) {
        ++(!listener.auth ? without : listener.role == "submissions" ? inside : starttls);
    }
    auto verdict = "AUTH is offered inside TLS only: " + std::to_string(inside) +
                   " with TLS from the first octet, " + std::to_string(starttls) +
                   " with STARTTLS before AUTH";
    if (without > 0) verdict += ", " + std::to_string(without) + " without AUTH";
    return {.subject = "passwords in the clear", .verdict = std::move(verdict), .problems = {}};
}

Finding tls_version(const Case& given) {
    return {.subject = "TLS version",
            .verdict = "clients need TLS " + given.settings.tls.min +
                       " or newer; 1.0 and 1.1 cannot be turned on (RFC 8996)",
            .problems = {}};
}

bool is_missing(const Case& given, const std::string& section) {
    return std::ranges::any_of(given.facts.files, [&](const FileFact& file) {
        return file.setting.starts_with(section + ".") && !(file.exists && file.readable);
    });
}

Finding certificates(const Case& given) {
    Finding finding{.subject = "certificates", .verdict = {}, .problems = {}};
    const auto& facts = given.facts.tls.certificates;
    if (facts.empty()) return finding;
    auto tls = given.facts.tls;  // what is not there is said by files_are_there
    std::erase_if(tls.certificates,
                  [&](const CertificateFact& fact) { return is_missing(given, fact.section); });
    finding.problems = judge_tls(given.settings, given.places, tls);
    finding.verdict = counted(facts.size(), "certificate") + " and " +
                      counted(tls.ciphers.size(), "list") + " of ciphers looked at, " +
                      counted(finding.problems.size(), "remark");
    return finding;
}

Finding smart_hosts(const Case& given) {
    std::size_t verified = 0, other = 0;
    for (const auto& route : given.settings.routes) {
        if (!route.smart_host) continue;
        (route.smart_host->tls == "verified" ? verified : other) += 1;
    }
    return {.subject = "smart hosts",
            .verdict = std::to_string(verified) + " over verified TLS, " + std::to_string(other) +
                       " otherwise; no password leaves without TLS",
            .problems = {}};
}

Finding mail_exchangers(const Case& given) {
    std::size_t routes = 0, clear = 0;
    for (const auto& route : given.settings.routes) {
        if (!route.mx) continue;
        ++routes;
        clear += route.mx->tls == "none" ? 1 : 0;
    }
    if (routes == 0) return {};
    return {.subject = "mail exchangers",
            .verdict = counted(routes, "route") + " to mail exchangers, " + std::to_string(clear) +
                       " of them in the clear; DNSSEC: " + given.settings.dns.dnssec,
            .problems = {}};
}

constexpr unsigned kGroupWrite = 020, kOthersRead = 004, kOthersWrite = 002, kSticky = 01000;
constexpr unsigned kOthersAny = 007;

bool is_secret(const FileFact& file) {
    return file.setting == "tls.key" || file.setting == "storage.credential_key" ||
           (file.setting.starts_with("certificate[") && file.setting.ends_with(".key")) ||
           file.setting.ends_with(".client_key") || file.setting.ends_with(".password") ||
           file.setting.ends_with(".bind_password") || file.setting.ends_with(".bearer") ||
           file.setting.ends_with(".file.path") || file.setting.ends_with(".client_secret");
}

// Whoever may write the directory may put another file in the place of this one.
bool others_may_replace(const FileFact& file) {
    return (file.mode & kOthersWrite) != 0 ||
           ((file.parent_mode & kOthersWrite) != 0 && (file.parent_mode & kSticky) == 0);
}

Finding alias_names(const Case& given) {
    const auto& [files, table] = given.settings.aliases;
    if (files.empty()) return {};
    Finding finding{.subject = "aliases", .verdict = {}, .problems = {}};
    finding.verdict = counted(table->size(), "name") + " from " + counted(files.size(), "file") +
                      ", " + counted(table->catch_alls(), "catch-all") +
                      "; none runs a program or writes a file";
    for (const auto& file : given.facts.files) {
        if (file.setting != "aliases.files" || !file.exists || !others_may_replace(file)) continue;
        finding.problems.push_back(given.problem("W0340", file.path + " can be changed by others",
                                                 file.setting, "chmod go-w"));
    }
    return finding;
}

Finding secret_files(const Case& given) {
    Finding finding{.subject = "secret files", .verdict = {}, .problems = {}};
    std::size_t looked_at = 0;
    for (const auto& file : given.facts.files) {
        if (!is_secret(file) || !file.exists) continue;
        ++looked_at;
        if (others_may_replace(file)) {
            finding.problems.push_back(given.problem(
                "E0312", file.path + " can be changed by others", file.setting, "chmod go-w"));
        } else if ((file.mode & kOthersRead) != 0) {
            finding.problems.push_back(
                given.problem("W0313", file.path + " can be read by every user of this machine",
                              file.setting, "chmod 600 " + file.path));
        } else if ((file.mode & kGroupWrite) != 0) {
            finding.problems.push_back(given.problem("W0313",
                                                     file.path + " can be changed by its group",
                                                     file.setting, "chmod 640 " + file.path));
        }
    }
    finding.verdict = counted(looked_at, "file") + " looked at, " +
                      std::to_string(finding.problems.size()) + " open to others";
    return finding;
}

Finding files_are_there(const Case& given) {
    Finding finding{.subject = "files", .verdict = {}, .problems = {}};
    for (const auto& file : given.facts.files) {
        if (file.setting == "storage.path") continue;  // made at the first start
        if (!file.exists) {
            finding.problems.push_back(
                given.problem("E0311", file.path + " does not exist", file.setting));
        } else if (!file.readable) {
            finding.problems.push_back(
                given.problem("E0311", file.path + " cannot be read", file.setting));
        }
    }
    finding.verdict = counted(given.facts.files.size(), "path") + " looked at, " +
                      std::to_string(finding.problems.size()) + " missing";
    return finding;
}

Finding storage(const Case& given) {
    Finding finding{.subject = "storage", .verdict = {}, .problems = {}};
    for (const auto& file : given.facts.files) {
        if (file.setting != "storage.path") continue;
        if (!file.exists) {
            finding.verdict = file.path + " is made at the first start, for the server alone";
        } else if ((file.mode & kOthersAny) != 0) {
            finding.verdict = file.path + " is open to every user of this machine";
            finding.problems.push_back(
                given.problem("W0318", finding.verdict, file.setting, "chmod 700 " + file.path));
        } else {
            finding.verdict = file.path + " is closed to other users";
        }
    }
    return finding;
}

Finding send_as(const Case& given) {
    Finding finding{.subject = "accounts", .verdict = {}, .problems = {}};
    if (!given.facts.accounts) {
        finding.verdict = "not looked at: the account store could not be opened";
        return finding;
    }
    for (const auto& account : *given.facts.accounts) {
        if (!account.enabled) continue;
        for (const auto& address : account.send_as) {
            if (!address.starts_with("*@")) continue;
            finding.problems.push_back(given.problem(
                "W0319", "account `" + account.name + "` may send as " + address, "storage.path"));
        }
        if (!account.has_password || account.send_as.empty()) {
            finding.problems.push_back(given.problem(
                "W0320",
                "account `" + account.name + "` is enabled without " +
                    (account.has_password ? "an address it may send as" : "a password"),
                "storage.path"));
        }
    }
    for (auto& problem : finding.problems) {  // an account is not written in the file
        problem.place = {.file = given.settings.storage.path, .line_text = {}};
    }
    finding.verdict = counted(given.facts.accounts->size(), "account") + " looked at, " +
                      counted(finding.problems.size(), "remark");
    return finding;
}

constexpr std::array kQuestions{
    open_relay,  sign_in_in_the_clear, tls_version,     certificates, smart_hosts, mail_exchangers,
    alias_names, secret_files,         files_are_there, storage,      send_as};

}  // namespace

std::vector<Finding> judge_safety(const Snapshot& snapshot, const Places& places,
                                  const SafetyFacts& facts) {
    const Case given{snapshot, places, facts};
    std::vector<Finding> findings;
    for (const auto question : kQuestions) {
        auto finding = question(given);
        if (!finding.verdict.empty()) findings.push_back(std::move(finding));
    }
    return findings;
}

}  // namespace signet::settings
