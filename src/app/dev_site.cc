#include "app/dev_site.h"

#include "sasl/mechanism.h"

#include "app/files.h"
#include "crypto/x509.h"

#include <algorithm>
#include <array>
#include <filesystem>

namespace signet::app {
namespace {

constexpr std::chrono::days kCaLife{3'650}, kCertificateLife{825};

// 20 characters of 32 kinds: 100 bits; none of them looks like another or needs quoting.
Secret make_password(Entropy& entropy) {
    constexpr std::string_view kAlphabet = "abcdefghjkmnpqrstuvwxyz23456789x";
    static_assert(kAlphabet.size() == 32);
    std::array<std::uint8_t, 20> octets;
    entropy.fill(octets);
    std::string password;
    password.reserve(octets.size());
    for (const auto octet : octets) password += kAlphabet[octet & 31];
    wipe(octets.data(), octets.size());
    return Secret{std::move(password)};
}

FileResult ensure_password(DevSite& site, Entropy& entropy) {
    auto known = read_file(site.password_file());
    if (!known) return fail(known.error());
    if (*known) {
        auto text = std::move(**known);
        while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
        site.password = Secret{std::move(text)};
        if (!site.password.empty()) return {};
    }
    site.password = make_password(entropy);
    std::string line{site.password.reveal()};
    line += '\n';
    const auto written = write_file(site.password_file(), line, 0600);
    wipe(line);
    return written;
}

FileResult ensure_certificates(const DevSite& site, const Clock& clock) {
    const auto key = site.dir + "/key.pem", certificate = site.dir + "/certificate.pem";
    const bool complete = std::filesystem::exists(site.ca()) && std::filesystem::exists(key) &&
                          std::filesystem::exists(certificate);
    if (complete) return {};
    // The CA's key signs this one certificate and is forgotten: nobody can misuse it later.
    const auto ca = crypto::make_ca("Signet development CA", clock.wall(), kCaLife);
    if (!ca) return fail("cannot make a CA: " + std::string{crypto::name(ca.error())});
    const auto server = crypto::issue_server_certificate(*ca, {"localhost", "127.0.0.1", "::1"},
                                                         clock.wall(), kCertificateLife);
    if (!server) return fail("cannot make a certificate: " + std::string{name(server.error())});
    if (auto done = write_file(site.ca(), ca->certificate_pem, 0644); !done) return done;
    if (auto done = write_file(certificate, server->certificate_pem, 0644); !done) return done;
    return write_file(key, server->key_pem.reveal(), 0600);
}

// But those with tokens, which take an issuer, and EXTERNAL, which takes certificates.
std::string all_mechanisms() {
    std::string list;
    for (const auto& mechanism : sasl::mechanisms()) {
        if (mechanism.needs == sasl::Needs::token || mechanism.needs == sasl::Needs::certificate) {
            continue;
        }
        list += (list.empty() ? "[\"" : ", \"") + std::string{mechanism.name} + "\"";
    }
    return list + "]";
}

std::string configuration(const DevSite& site) {
    const auto listener = [](const char* role, std::uint16_t port) {
        return std::string{"\n[[listener]]\nname = \""} + role + "\"\nrole = \"" + role +
               "\"\nbind = [\"127.0.0.1:" + std::to_string(port) + "\"]\n";
    };
    const auto quoted = [](const std::string& path) { return "\"" + path + "\""; };
    return "# Written by `signet dev` at each start: to change it, copy it and use\n"
           "#   signet serve --config COPY\n"
           "version = 1\nhostname = \"localhost\"\n\n[tls]\ncertificate = " +
           quoted(site.dir + "/certificate.pem") + "\nkey = " + quoted(site.dir + "/key.pem") +
           "\n" + listener("submission", site.submission_port) +
           listener("submissions", site.submissions_port) + listener("mx", site.mx_port) +
           "\n# Mail from anyone, for anybody here.\n[[domain]]\nname = \"localhost\"\n"
           "recipients = [\"*\"]\n"
           "\n# All that needs no further set-up; a server offers less (signet config describe "
           "auth).\n"
           "[auth]\nmechanisms = " +
           all_mechanisms() +
           "\n\n# A test may send as much as it likes.\n[account_limits]\nmessages = \"none\"\n"
           "recipients = \"none\"\n"
           "\n[storage]\npath = " +
           quoted(site.dir + "/state") + "\n\n[audit]\ndirectory = " + quoted(site.audit()) +
           "\n\n[admin]\nsocket = " + quoted(site.dir + "/admin.sock") +
           "\n\n[metrics]\nbind = [\"127.0.0.1:" + std::to_string(site.metrics_port) + "\"]" +
           "\n\n# Every message is kept here; nothing leaves the machine.\n[[route]]\n"
           "name = \"mail\"\nmatch = [\"*\"]\nmaildir = " +
           quoted(site.mail()) + "\n";
}

// TOML's basic strings and the shell lines we print need a path without surprises.
bool plain_path(const std::string& path) {
    return std::ranges::none_of(path, [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\' || c == '\'' ||
               c == 0x7F;
    });
}

}  // namespace

Result<DevSite, std::string> prepare_dev_site(const DevOptions& options, const Clock& clock,
                                              Entropy& entropy) {
    if (options.port_base > 65'535 - 587) return fail(std::string{"--port-base is at most 64948"});
    std::error_code error;
    DevSite site;
    site.dir = std::filesystem::absolute(options.dir, error).lexically_normal().string();
    while (site.dir.size() > 1 && site.dir.ends_with('/')) site.dir.pop_back();
    if (error || !plain_path(site.dir)) {
        return fail("--dir: this path cannot be used: " + options.dir);
    }
    site.submission_port = static_cast<std::uint16_t>(options.port_base + 587);
    site.submissions_port = static_cast<std::uint16_t>(options.port_base + 465);
    site.mx_port = static_cast<std::uint16_t>(options.port_base + 25);
    site.metrics_port = static_cast<std::uint16_t>(options.port_base + 80);
    for (const auto& directory : {site.dir, site.dir + "/state", site.audit(), site.mail()}) {
        if (auto made = make_directory(directory); !made) return fail(made.error());
    }
    if (auto done = ensure_certificates(site, clock); !done) return fail(done.error());
    if (auto done = ensure_password(site, entropy); !done) return fail(done.error());
    if (auto done = write_file(site.config(), configuration(site), 0644); !done) {
        return fail(done.error());
    }
    return site;
}

std::string how_to_send(const DevSite& site) {
    const auto starttls = std::to_string(site.submission_port);
    const auto implicit = std::to_string(site.submissions_port);
    const auto mx = std::to_string(site.mx_port);
    const std::string password{site.password.reveal()};
    const std::string account = DevSite::kAccount;
    const auto secret = "\"$(cat '" + site.password_file() + "')\"";
    return "\nSignet is ready: mail goes out by TLS and a password, and nothing leaves this "
           "machine.\n"
           "\n  port " +
           implicit +
           "  TLS from the first octet (submissions)\n"
           "  port " +
           starttls +
           "  STARTTLS (submission)\n"
           "  port " +
           mx +
           "  no sign-in: mail for anybody@localhost, as other servers bring it (mx)\n"
           "  account   " +
           account + "\n  password  " + password + "   (" + site.password_file() +
           ")\n  mail      " + site.mail() + "/new\n  audit     " + site.audit() +
           "/audit.ndjson\n  settings  " + site.config() +
           "\n  metrics   http://localhost:" + std::to_string(site.metrics_port) + "/metrics" +
           "\n"
           "\nSend with curl:\n"
           "  printf 'From: dev@localhost\\r\\nTo: ann@example.com\\r\\nSubject: first\\r\\n\\r\\n"
           "Hello.\\r\\n' |\n"
           "    curl --ssl-reqd --cacert '" +
           site.ca() + "' --url smtps://localhost:" + implicit +
           " \\\n      --user dev@localhost:" + secret +
           " \\\n"
           "      --mail-from dev@localhost --mail-rcpt ann@example.com --upload-file -\n"
           "\nSend with swaks:\n"
           "  swaks --server localhost --port " +
           starttls + " --tls --tls-verify --tls-ca-path '" + site.ca() +
           "' \\\n    --auth PLAIN --auth-user dev@localhost --auth-password " + secret +
           " \\\n    --from dev@localhost --to ann@example.com\n"
           "\nSend with msmtp:\n"
           "  printf 'Subject: first\\n\\nHello.\\n' | msmtp --host=localhost --port=" +
           implicit + " --tls=on --tls-starttls=off \\\n    --tls-trust-file='" + site.ca() +
           "' --auth=plain --user=dev@localhost \\\n    --passwordeval=\"cat '" +
           site.password_file() +
           "'\" --from=dev@localhost --file=/dev/null ann@example.com\n"
           "\nBring mail to dev@localhost, as another server does:\n"
           "  swaks --server localhost --port " +
           mx +
           " --from you@example.com --to dev@localhost\n"
           "\nThunderbird: server localhost, port " +
           implicit +
           ", connection security SSL/TLS, authentication Normal password,\n"
           "  user name dev@localhost; import " +
           site.ca() +
           " under Certificates, Authorities.\n"
           "\nStop with Ctrl-C.\n";
}

}  // namespace signet::app
