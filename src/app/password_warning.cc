#include "app/password_warning.h"

#include "base/text.h"
#include "mail/date.h"
#include "settings/people.h"

#include <algorithm>
#include <utility>

namespace signet::app {
namespace {

using std::chrono::days;

std::optional<mail::Mailbox> mailbox_of(const identity::Account& account) {
    for (const auto& address : account.send_as) {
        if (!address.local_part.empty()) {
            return mail::make_mailbox(address.local_part, address.domain);
        }
    }
    return {};
}

std::string day_of(WallTime when) {
    return mail::date_time(when).substr(0, 16);  // "Tue, 01 Dec 2026"
}

std::string words(const AgingPassword& password, const settings::Snapshot& settings) {
    std::string text = "This is the mail server at " + settings.hostname +
                       ".\r\n\r\nThe password of your account " + password.account.name +
                       " opens mail until " + mail::date_time(password.ends) +
                       ".\r\nPlease choose another one before that.\r\n";
    if (const auto& page = settings.passwords.age.page; !page.empty()) {
        text += "\r\nWhere to change it: " + sanitised(page, 200) + "\r\n";
    }
    if (!settings.passwords.age.app_passwords) {
        text += "\r\nApp passwords of phones and programs are not meant: they go on.\r\n";
    }
    return text + "\r\nNobody will ask you for your password by mail.\r\n";
}

}  // namespace

std::optional<days> due_warning(const AgingPassword& password,
                                const settings::PasswordAgeSettings& age, std::optional<days> last,
                                WallTime now) {
    if (now >= password.ends) return {};
    std::optional<days> due;
    for (const auto before : settings::warnings_of(age)) {  // the last one that fits is the latest
        if (now >= password.ends - before) due = before;
    }
    return due && (!last || *due < *last) ? due : std::nullopt;
}

std::optional<queue::Report> password_warning(const AgingPassword& password,
                                              const settings::Snapshot& settings, queue::QueueId id,
                                              WallTime now) {
    const auto mailbox = mailbox_of(password.account);
    if (!mailbox) return {};
    queue::Report letter;
    letter.id = std::move(id);
    letter.info.message_id = "<" + letter.id + "@" + settings.hostname + ">";
    letter.info.accepted = now;
    // No report about it goes anywhere, whatever becomes of it: the null reverse-path, and NEVER.
    letter.info.envelope.recipients = {{.mailbox = *mailbox, .notify = {.asked = true}}};
    const auto text = words(password, settings);
    const bool utf8 = !mail::is_ascii(mailbox->text());
    letter.info.envelope.smtputf8 = utf8;
    const bool eight_bit = utf8 || !mail::is_ascii(text);
    if (eight_bit) letter.info.envelope.body = mail::Body::eight_bit_mime;
    // RFC 3834 §5: "auto-generated" is for what no message has caused.
    letter.content = "From: Mail server <postmaster@" + settings.hostname + ">\r\nTo: <" +
                     mailbox->text() + ">\r\nSubject: Your password ends on " +
                     day_of(password.ends) + "\r\nDate: " + mail::date_time(now) +
                     "\r\nMessage-ID: " + letter.info.message_id +
                     "\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
                     "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: " +
                     (eight_bit ? "8bit" : "7bit") + "\r\n\r\n" + text;
    return letter;
}

}  // namespace signet::app
