#include "identity/passwd_file.h"

#include "base/text.h"
#include "identity/foreign_account.h"

#include <optional>
#include <utility>

namespace signet::identity {
namespace {

using Wrong = std::optional<std::string>;  // what is wrong with a line

class PasswdReader {
public:
    explicit PasswdReader(const PasswdRules& rules) : rules_(rules) {}

    Result<PasswdFile, std::vector<PasswdRemark>> read(std::string_view text);

private:
    void read_line(std::string_view line);
    Wrong read_extra(std::string_view extra, Account& account);
    Wrong read_field(std::string_view name, std::string_view value, Account& account);
    static Wrong read_networks(std::string_view list, Account& account);
    static Wrong read_send_as(std::string_view list, Account& account);
    void read_password(std::string_view stored, Account& account);
    void refuse(std::string what);

    const PasswdRules& rules_;
    std::size_t line_ = 0;
    PasswdFile file_;
    std::vector<PasswdRemark> faults_;
};

void PasswdReader::refuse(std::string what) {
    if (faults_.size() < kMaxPasswdRemarks) faults_.push_back({line_, std::move(what)});
}

// "192.0.2.0/24,2001:db8::/32"; of Dovecot's other words, "local" means this machine.
Wrong PasswdReader::read_networks(std::string_view list, Account& account) {
    for (const auto one : split(list, ',')) {
        if (one.empty()) continue;
        if (auto added = add_network(account, one); !added) return std::move(added.error());
    }
    if (account.password().policy.networks.empty()) return "allow_nets names no network";
    return {};
}

Wrong PasswdReader::read_send_as(std::string_view list, Account& account) {
    for (const auto one : split(list, ',')) {
        if (auto added = add_send_as(account, one); !added) return std::move(added.error());
    }
    return {};
}

Wrong PasswdReader::read_field(std::string_view name, std::string_view value, Account& account) {
    if (name == "allow_nets" || name == "allow_real_nets") return read_networks(value, account);
    if (name == "send_as") return read_send_as(value, account);
    if (name == "nologin") account.enabled = false;
    // Dovecot would let everybody in, whatever the password.
    if (name == "nopassword") return "nopassword would open the account to everybody";
    return {};
}

Wrong PasswdReader::read_extra(std::string_view extra, Account& account) {
    for (const auto field : split(extra, ' ')) {
        const auto equals = field.find('=');
        const auto name = field.substr(0, equals);
        const auto value =
            equals == std::string_view::npos ? std::string_view{} : field.substr(equals + 1);
        if (auto wrong = read_field(name, value, account)) return wrong;
    }
    return {};
}

void PasswdReader::read_password(std::string_view stored, Account& account) {
    const auto why = take_password(account, stored, rules_.formats);
    if (!why || file_.remarks.size() == kMaxPasswdRemarks) return;
    file_.remarks.push_back(
        {line_, "no password opens " + account.name + ": " + std::string{explanation(*why)}});
}

// name:password:uid:gid:gecos:home:shell:extra; in `extra` colons are colons.
void PasswdReader::read_line(std::string_view line) {
    const auto field = [&line] {
        const auto end = line.find(':');
        const auto taken = line.substr(0, end);
        line = end == std::string_view::npos ? std::string_view{} : line.substr(end + 1);
        return taken;
    };
    if (line.find(':') == std::string_view::npos) return refuse("there is no `:` behind a name");
    const auto written = field();
    const auto name = fold_account_name(written);
    if (!name) return refuse("`" + sanitised(written, 64) + "` cannot be the name of an account");
    Account account;
    account.name = *name;
    const auto password = field();
    for (int passed = 0; passed < 5; ++passed) (void)field();
    if (const auto wrong = read_extra(line, account)) return refuse(*wrong);
    add_own_address(account, rules_.default_domain);
    read_password(password, account);
    if (file_.accounts.size() == kMaxPasswdAccounts) return refuse("more than 500000 accounts");
    if (!file_.accounts.try_emplace(*name, std::move(account)).second) {
        refuse("`" + *name + "` is there twice");
    }
}

Result<PasswdFile, std::vector<PasswdRemark>> PasswdReader::read(std::string_view text) {
    if (text.size() > kMaxPasswdOctets) {
        refuse("the file is larger than 64 MiB");
        return fail(std::move(faults_));
    }
    while (!text.empty() && faults_.size() < kMaxPasswdRemarks) {
        ++line_;
        const auto end = text.find('\n');
        auto line = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.size() > kMaxPasswdLine) {
            refuse("the line is longer than 8 KiB");
        } else if (line.find('\0') != std::string_view::npos) {
            refuse("there is a NUL in the line");
        } else if (line.find_first_not_of(" \t") != std::string_view::npos && line[0] != '#') {
            read_line(line);
        }
    }
    if (!faults_.empty()) return fail(std::move(faults_));
    return std::move(file_);
}

}  // namespace

Result<PasswdFile, std::vector<PasswdRemark>> parse_passwd_file(std::string_view text,
                                                                const PasswdRules& rules) {
    return PasswdReader{rules}.read(text);
}

}  // namespace signet::identity
