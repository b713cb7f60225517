#include "settings/codes.h"

#include "base/text.h"

namespace signet::settings {
namespace {

constexpr Code kCodes[] = {
    {"E0001", "A settings file cannot be read",
     "The main file or one of conf.d is not there, or the user who asked may not read it.",
     "Check the path (`--config`), its owner and its mode; signet needs to read it."},
    {"E0101", "The file is not TOML",
     "A line breaks the grammar of TOML (https://toml.io). What follows may not have been read, so "
     "more problems can appear when this one is solved.",
     "Look at the place shown: most often a quote, a bracket or an equals sign is missing."},
    {"E0102", "A key is not known",
     "Signet reads every key of its settings and refuses those it does not know, since a misspelt "
     "limit would otherwise be no limit.",
     "Take the spelling suggested, or see `signet config describe` for the keys of the section."},
    {"E0103", "A section is not known, or has the wrong brackets",
     "Sections that can occur several times are written [[listener]] and [[route]], all others "
     "[auth], [tls] and so on.",
     "Take the spelling suggested; `signet config describe` lists the sections."},
    {"E0104", "A value is of the wrong kind",
     "For example a number where a string is expected, or a string where a list is.",
     "Write what the message expects. Strings, durations, sizes and addresses stand in quotes."},
    {"E0105", "A key is missing", "There is no sensible default for this setting.",
     "Add it; `signet config describe KEY` says what it is for."},
    {"E0106", "A key or section is written twice in one file",
     "Only one of the two could be meant.", "Leave one of them out."},
    {"E0107", "A key is set in two files",
     "The main file and those of conf.d are one set of settings. [[listener]] and [[route]] add up "
     "over all files; any other key has one home.",
     "Keep it in one of the two files that are named."},
    {"E0108", "The version is missing, unknown or not first",
     "`version = 1` in the first line says which form of settings the file is written in, so that "
     "a later Signet can read it rightly.",
     "Write `version = 1` as the first line of the main file."},
    {"E0109", "The file is too large",
     "Settings are at most 1 MiB, and a line has at most 500 dots.",
     "Check that the right file is named; break long lists into several lines."},
    {"E0201", "A word is not among those allowed", "The setting takes one of a few words.",
     "Write one of the words listed."},
    {"E0202", "A number, size or duration is out of range",
     "Beyond these bounds the server would not work as anybody expects.",
     "Write a value inside the range shown."},
    {"E0203", "A unit is missing",
     "A bare number could be seconds or milliseconds, bytes or megabytes. Signet does not guess.",
     "Add the unit: \"30s\", \"15m\", \"4h\", \"5d\", \"250ms\"; \"25 MiB\", \"256 KiB\"."},
    {"E0204", "A duration or size cannot be read",
     "Durations are a whole number with ms, s, m, h or d; sizes one with B, KiB, MiB, GiB or TiB.",
     "Write for example \"90s\" or \"25 MiB\"."},
    {"E0205", "An address, host or domain cannot be read",
     "Listeners take an IP address and a port, smart hosts a name and a port, routes domains.",
     "Write for example \"0.0.0.0:587\", \"[::]:465\", \"smtp.example.net:465\", "
     "\"*.example.com\"."},
    {"E0206", "A secret needs exactly one source",
     "A secret is in a file, in an environment variable, or in a systemd credential.",
     "Write { file = \"/etc/signet/secrets/x\" }, { env = \"X\" } or { credential = \"x\" }."},
    {"E0207", "A text cannot be used",
     "It is empty, too long, contains a control character, or has a form that a name cannot have.",
     "Write it as the message says."},
    {"E0208", "A list names something twice", "Only one of the two could be meant.",
     "Leave one of them out."},
    {"E0301", "There is no listener",
     "Without a [[listener]] the server would run and nobody could connect.",
     "Add one: `signet config describe listener` has an example."},
    {"E0302", "An address is listened on twice",
     "An address and port can be taken once; 0.0.0.0 takes the port on every IPv4 address, [::] on "
     "every IPv6 address.",
     "Give each listener its own port or address."},
    {"E0303", "Two of a kind have the same name",
     "Names tell listeners and routes apart in logs and audit events.", "Give each its own."},
    {"E0304", "A route leads nowhere",
     "It has none of `host`, `lmtp`, `maildir`, `mx` and `discard`.", "Say where its mail goes."},
    {"E0305", "A route has two targets",
     "It delivers to a smart host, by LMTP, into a Maildir, to mail exchangers, or drops the mail.",
     "Leave all but one out, or make several routes of it."},
    {"E0306", "A password would travel in the clear",
     "The route signs in at its smart host without TLS; anybody on the way could read the "
     "password.",
     "Write tls = \"verified\"; or leave out auth, if the host knows this server by its address."},
    {"E0307", "User without password, or password without user",
     "Both are needed to sign in at a smart host.", "Add the other, or leave out auth."},
    {"E0308", "TLS is asked for and excluded",
     "implicit_tls starts with TLS; tls = \"none\" has none.", "Leave out one of the two."},
    {"E0309", "Certificate or key is missing",
     "Signet takes no password and no message outside TLS, and TLS needs both.",
     "Set `certificate` and `key` in [tls]."},
    {"E0310", "Two limits contradict each other",
     "One could never be reached because of the other.", "Raise one or lower the other."},
    {"E0311", "A file that is needed cannot be read",
     "The server would not start, or could not deliver.",
     "Create the file, or give the server's user the right to read it."},
    {"E0312", "A private key can be changed by others",
     "Whoever may write the key file, or the directory it is in, can make it theirs.",
     "chmod go-w on the file and its directory."},
    {"E0313", "A trusted network is too wide",
     "Whoever is inside a trusted network sends without a password. One that holds a large part of "
     "the internet makes the server an open relay, which others find within hours.",
     "Write the networks that your devices are in, such as \"192.168.20.0/24\"; whoever is "
     "elsewhere signs in."},
    {"E0314", "A network names a listener that does not exist",
     "It would be trusted nowhere, or not where it was meant to be.",
     "Write the `name` of a [[listener]], or leave `listeners` out for all of role `mx`."},
    {"E0315", "An address belongs to two trusted networks",
     "It could send as either, and which one it is would depend on the order of the file.",
     "Take it out of one of the two, or give them different listeners."},
    {"E0316", "A domain is named twice", "Only one list of its recipients could be meant.",
     "Put the recipients together into one [[domain]]."},
    {"E0320", "A list of ciphers cannot be used",
     "It names a cipher that OpenSSL does not have, which OpenSSL itself would pass over in "
     "silence; or nothing is left of it; or it holds a command (@SECLEVEL).",
     "Take names from `openssl ciphers -v`, or leave the key out: the default is safe."},
    {"E0321", "A cipher protects nothing",
     "It has no encryption, no proof of who the server is, or one of RC4, DES, 3DES and MD5, which "
     "can be broken (RFC 7465, RFC 9325).",
     "Leave it out. Words such as ALL bring such ciphers in: add !aNULL:!eNULL, or leave out the "
     "key."},
    {"E0322", "A certificate cannot be used",
     "One of its files cannot be read, is cut off, or the key belongs to another certificate. A "
     "running server goes on with the certificate it has, and looks again every two seconds.",
     "See that both files are there, whole, of the same issue, and readable by the server's user; "
     "`openssl x509 -in FILE -noout -text` shows what is in one."},
    {"E0323", "A certificate has ended, or has not begun",
     "Clients refuse it. A running server does not take it in place of another.",
     "Renew it; if it is new, look at the clock of this machine."},
    {"E0324", "No cipher fits the certificates",
     "Each cipher of TLS 1.2 belongs to one kind of key, and none of those listed to a kind that a "
     "certificate has: no client with TLS 1.2 could connect.",
     "Add ciphers with ECDHE-ECDSA or ECDHE-RSA in their names, or leave the key out."},
    {"E0325", "A certificate is never shown",
     "Its names are all had by others with the same kind of key, or it has no DNS name that a "
     "client "
     "could ask for. Most often an old file was left in the settings.",
     "Remove the [[certificate]], or the other one."},
    {"E0327", "A client certificate without its key, or a key without its certificate",
     "A next hop that asks who we are is shown a certificate and has to see that we hold its key.",
     "Set both `client_certificate` and `client_key` of the route, or neither."},
    {"E0328", "A route cannot get the tokens it signs in with",
     "With `auth.oauth` a route shows its smart host access tokens, and no password. It needs the "
     "provider's `token_url`, a `client_id`, and for `client_credentials` a `client_secret`, or a "
     "`client_certificate` with its `client_key`; for `refresh_token` the `device_url`, where a "
     "person agrees.",
     "Write what is missing or leave out what contradicts it; "
     "docs/how-to/printer-microsoft-365.md has a whole example."},
    {"E0340", "An alias cannot be read",
     "The line is not of the form `name: target, target`, or has something in it that is neither a "
     "name nor an address. A line that begins with a blank belongs to the one before it.",
     "Write names and addresses with commas between them; quote a name that holds blanks or other "
     "special characters; put comments on lines of their own."},
    {"E0341", "An alias would do more than name an address",
     "Programs (`|command`), files (`/path`), lists elsewhere (`:include:`) and patterns are what "
     "other servers take in alias files. Here an alias leads to addresses, and a route says what "
     "happens to the mail of a domain.",
     "Send it to an address at a domain of its own, such as `archive@files.internal`, and give "
     "that "
     "domain a [[route]]: `maildir` for a file, `lmtp` for a program, `discard` for /dev/null. "
     "Another list is another file in `aliases.files`."},
    {"E0342", "An alias is for a domain that is not ours",
     "Aliases count for the domains of [[domain]] and for `hostname`: nobody else's mail comes "
     "here.",
     "Add a [[domain]], or leave the line out. A line that only declares a domain, as virtual(5) "
     "has "
     "it, is left out, too."},
    {"E0343", "An alias is there twice", "Only one list of its targets could be meant.",
     "Put the targets together into one line."},
    {"E0344", "An alias file is too large",
     "A file has at most 16 MiB, a line 64 KiB; all files together 200,000 names and 500,000 "
     "targets.",
     "Check that the right file is named: it is the text, not the database made of it (`.db`)."},
    {"E0350", "A store has settings of another kind",
     "Each kind of [[store]] has a table of its own: a passwd-file `file`, a directory `ldap`. The "
     "table of another kind would mean nothing.",
     "Correct `kind`, or remove the table."},
    {"E0351", "A store lacks what its kind needs",
     "A passwd-file is somewhere, and so is a directory: the store could not be opened.",
     "Set the key that is named. `signet config describe store` explains them."},
    {"E0352", "The database of accounts is named wrongly",
     "Signet's own accounts are one store, and its name in logs is `database`. A [[store]] of kind "
     "`database` only says where it stands among the others and which domains it serves.",
     "Name it once, and give other stores other names."},
    {"E0353", "A search filter that is none",
     "A filter of RFC 4515 stands in brackets that match. Signet puts the login into it where "
     "{login}, {user} or {domain} stand, and the entry's name for {dn}; what it puts there is "
     "escaped, so no quotes are needed.",
     "Write for example (|(uid={user})(mail={login}))."},
    {"E0354", "A directory is searched as nobody, or as somebody without a password",
     "`bind_dn` is who searches the directory, and `bind_password` proves it. Who compares "
     "passwords needs the right to do so, which nobody has.",
     "Set both, or neither for a directory that anybody may search."},
    {"E0355", "A query for accounts that is none",
     "The query of a `postgresql` store is one SELECT that finds the account of a login, which it "
     "gets as `$1`. Without it everybody would be the same person. Signet's own tables are asked "
     "where there is no query, and say themselves when they change.",
     "Write for example SELECT username AS name, password FROM users WHERE lower(username) = $1."},
    {"E0356", "A key without its certificate",
     "`client_key` belongs to the certificate that Signet shows to the database.",
     "Set `client_certificate`, too, or remove the key."},
    {"E0360", "An address of an issuer is not one that is taken",
     "Whose tokens are taken is decided by what is read there, so it is read over https alone. "
     "Only "
     "an issuer that is on this machine itself, such as http://127.0.0.1:8080, may be asked in the "
     "clear, and then leads to this machine alone.",
     "Write the address with https://, without a user, a blank or a fragment."},
    {"E0361", "An issuer is there twice",
     "A token names its issuer by the URL, and only one set of rules could be meant.",
     "Keep one of the two; one issuer may have several audiences."},
    {"E0362", "An introspection without its client, or half of it",
     "An issuer answers questions about tokens to clients that it knows: RFC 7662 §2.1 asks for a "
     "name and a secret.",
     "Set both `introspection.client_id` and `introspection.client_secret`, as the issuer knows "
     "them, or leave out all of `introspection`."},
    {"E0363", "Keys of an issuer would be forgotten before they are fetched anew",
     "`keys_life` is how long known keys are used while their issuer is down; it cannot be shorter "
     "than the time between two fetches.",
     "Write a `keys_life` that is longer than `keys_refresh`."},
    {"E0370", "A warning about an old password has no sensible time",
     "`passwords.warn_before` lists whole days before `passwords.max_age` is over, each shorter "
     "than that.",
     "Write for example warn_before = [\"14d\", \"3d\"]."},
    {"E0371", "What [reconcile] says does not fit together",
     "Who is still there is said by `store`, the name of a [[store]] of kind ldap, or by `list`, a "
     "file, and not by both; `at` is a time of day and needs one of them.",
     "Write what the message asks for; `signet config describe reconcile` has an example."},
    {"E0372", "A group of a directory gets no name",
     "Each entry of `ldap.groups` is Signet's name for a group, `=`, and the group's entry in the "
     "directory.",
     "Write \"staff=cn=staff,ou=groups,dc=example,dc=com\"."},
    {"E0380", "A rule for signing in names a listener that is not there",
     "The rule would never fit, and what it was to forbid or allow would be decided by the next.",
     "Write the `name` of a [[listener]], or leave `listeners` out for all of them."},
    {"E0381", "A rule of who may act as whom is for nobody",
     "It names neither accounts nor groups.", "Set `accounts`, `groups` or both."},
    {"E0382", "Revocation lists without their authorities",
     "A list says which certificates of one authority no longer hold; without `ca` no certificate "
     "of "
     "an authority is taken.",
     "Set `ca`, or leave out `revoked`."},
    {"W0312", "A secret is written in the settings",
     "Settings are copied, shown and kept in version control; a secret should not be.",
     "Put it into a file that only the server can read and name the file: { file = \"…\" }."},
    {"W0313", "A secret file is readable by others",
     "Any user of this machine could read the private key or password.",
     "chmod 600 the file, or 640 with a group that has no other members."},
    {"W0314", "No mail ever comes to a route",
     "Routes are tried in order, and earlier ones take all its domains.",
     "Move it up, or leave it out."},
    {"W0315", "A path is relative", "It depends on the directory in which the server is started.",
     "Write it from the root directory on."},
    {"W0316", "A password is sent over unverified TLS",
     "Somebody between this server and the smart host could take its place and learn the password.",
     "Write tls = \"verified\", with `ca` if the host has a certificate of its own."},
    {"W0317", "Some mail has nowhere to go",
     "A message to a domain that no route matches stays in the queue until it is given up.",
     "Add a last [[route]] with match = \"*\"."},
    {"W0318", "The storage directory is open to others",
     "The queue holds messages, the accounts hold password hashes.",
     "chmod 700 the directory and give it to the server's user."},
    {"W0319", "An account may send as every address of a domain",
     "Whoever learns its password can write in the name of everybody there.",
     "If that is not meant: `signet account set NAME --address ADDRESS` for each address."},
    {"W0320", "An account can be used without restriction it may not need",
     "It is enabled and has no password, or no address it may send as.",
     "`signet account set`, `signet account disable` or `signet account delete` it."},
    {"W0321", "A trusted network is trusted nowhere",
     "Without `listeners` a network counts on listeners of role `mx`, and there is none.",
     "Name the listener that its devices connect to in `listeners`."},
    {"W0322", "Nobody can send through a listener",
     "It offers no sign-in, no trusted network counts there, and it takes mail for no domain.",
     "Add a [[domain]] or [[network]], or write auth = true; or leave the listener out."},
    {"W0323", "No route takes the mail for a domain",
     "It would be taken, tried, and reported to its senders as undeliverable.",
     "Add a [[route]] whose `match` has the domain, in front of the one with \"*\"."},
    {"W0324", "Mail for a domain is filed by who sent it",
     "{account} in a Maildir path is the account that sent the message. Mail from strangers has "
     "none and all of it goes into UNPROVEN.",
     "Write {domain} and {local} instead, which are the recipient's."},
    {"W0333", "A cipher is weak",
     "Without forward secrecy, whoever steals the key can read what was recorded before; CBC was "
     "broken again and again (RFC 9325 §4.2).",
     "Keep it only as long as a client that you know needs it."},
    {"W0334", "A certificate does not have the name that it should",
     "Clients compare the name they connect to with the names in the certificate. Of two "
     "certificates that have a name, the first is shown.",
     "Have a certificate issued with that name, or move a [[certificate]] up."},
    {"W0335", "The certificate in use has ended, or has not begun",
     "Clients refuse it; the server goes on, since no server at all would be worse.",
     "Renew it. The new files are taken up by themselves."},
    {"W0336", "Metrics are served where nobody else may ask",
     "The address can be reached from other machines, and `allow` names none of them: each of "
     "their requests is answered 403.",
     "Name the networks that may ask in `allow`, or bind to 127.0.0.1."},
    {"W0337", "Metrics are open to everybody",
     "They name no user, but tell how busy the server is, what fails, and which version it runs.",
     "Name the network of your monitoring in `allow`."},
    {"W0338", "Any domain can send mail of yours into your own network",
     "A route for every domain allows mail exchangers at private addresses. Whoever owns a domain "
     "chooses its mail exchangers, and could point them at a server behind your firewall that "
     "trusts this one.",
     "Give your own domains a route of their own with `mx.private_addresses`, before the route for "
     "`*`, and leave it out there."},
    {"W0339", "Mail goes in the clear to another network",
     "LMTP is spoken without TLS here; it is meant for a server on this machine or next to it. The "
     "address is not a private one, or a name that could be anywhere.",
     "Name a Unix socket or a private address; or make it a smart host: `host`, with TLS."},
    {"W0340", "An alias file can be changed by others",
     "Whoever may write it, or the directory it is in, can have everybody's mail sent to "
     "themselves "
     "at the next reload.",
     "chmod go-w on the file and its directory."},
    {"W0350", "Passwords are kept as they are",
     "`plain_passwords` lets accounts in whose password stands in the file or table in clear text. "
     "Who reads it, or a copy of it, has all of them at once.",
     "Have them hashed, or import the accounts and remove the store."},
    {"W0351", "Passwords may be kept in a form that is broken in hours",
     "`weak_schemes` takes MD5, SHA-1 and DES. A copy of the file or table gives most passwords "
     "away within hours, to anybody with a graphics card.",
     "Give their owners new passwords, or import the accounts: a hash is made anew at the next "
     "sign-in. Then remove the setting."},
    {"W0352", "Passwords go to a directory in the clear",
     "With tls = \"none\" each sign-in sends a password over the network as it is, and whoever "
     "answers for the directory decides who is let in.",
     "Leave `tls` out: an ldap:// server is then asked for StartTLS; or write ldaps://."},
    {"W0353", "Password hashes come from a database in the clear",
     "With tls = \"none\" whoever listens reads the hashes, and whoever answers for the database "
     "decides who is let in.",
     "Leave `tls` out: the server is then asked inside TLS, and must prove its name."},
    {"W0360", "Nobody can sign in with the tokens of an issuer",
     "Tokens are shown by OAUTHBEARER and XOAUTH2, and `auth.mechanisms` names neither of them.",
     "Add \"OAUTHBEARER\", and \"XOAUTH2\" for clients that know nothing else, to "
     "`auth.mechanisms`."},
    {"W0361", "Tokens are to sign in, and there is no issuer",
     "OAUTHBEARER and XOAUTH2 are only offered where there is an [[issuer]] whose tokens are "
     "taken.",
     "Add an [[issuer]] section, or take both out of `auth.mechanisms`."},
    {"W0370", "Passwords have to be changed because of their age",
     "People who have to change a password that nobody knows choose a worse one, most often the "
     "old "
     "one with another digit. NIST SP 800-63B-4 §3.1.1.2 says not to ask for it.",
     "Leave `passwords.max_age` out unless somebody who may demand it does; check passwords "
     "against "
     "a list of known ones instead (`signet passwords import-breached`)."},
    {"W0380", "A rule for signing in is never reached",
     "The first rule that fits decides, and one before it is for everybody, from everywhere.",
     "Move it up, or leave it out."},
    {"W0381", "Everybody may act as everybody",
     "Whoever has one password of this server then has every account on it.",
     "Name in `accounts` or `groups` who is meant, and in `as` whom they stand in for."},
    {"W0382", "Authorities for certificates that nobody is asked for",
     "Certificates are shown by EXTERNAL, and neither `auth.mechanisms` nor a rule of [[sign_in]] "
     "names it.",
     "Add \"EXTERNAL\" to `auth.mechanisms`, or to a rule of [[sign_in]]."},
};

}  // namespace

std::span<const Code> codes() { return kCodes; }

const Code* find_code(std::string_view code) {
    for (const auto& known : kCodes) {
        if (equal_nocase(known.code, code)) return &known;
    }
    return nullptr;
}

std::string explain(const Code& code) {
    return std::string{code.code} + ": " + std::string{code.title} + "\n\n" +
           std::string{code.meaning} + "\n\nWhat to do: " + std::string{code.remedy} + "\n";
}

std::string codes_page() {
    std::string page =
        "# Errors and warnings\n\n"
        "<!-- Generated from src/settings/codes.cc by `signet explain --markdown`. -->\n\n"
        "What `signet check` and `signet serve` say about the settings. An error (E) keeps the "
        "server from starting, or an old configuration in force; a warning (W) does not. "
        "`signet explain CODE` shows the same on the command line.\n";
    for (const auto& code : kCodes) {
        page += "\n## " + std::string{code.code} + "\n\n**" + std::string{code.title} + ".** " +
                std::string{code.meaning} + "\n\n*What to do:* " + std::string{code.remedy} + "\n";
    }
    return page;
}

}  // namespace signet::settings
