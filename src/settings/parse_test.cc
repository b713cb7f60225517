#include "settings/parse.h"

#include "settings/codes.h"

#include <gtest/gtest.h>

namespace signet::settings {
namespace {

const std::string kMinimal =
    "version = 1\n"
    "hostname = \"mail.example.com\"\n"
    "[tls]\n"
    "certificate = \"/c\"\n"
    "key = \"/k\"\n"
    "[[listener]]\n"
    "name = \"s\"\n"
    "role = \"submissions\"\n"
    "bind = \"127.0.0.1:465\"\n"
    "[[route]]\n"
    "name = \"local\"\n"
    "match = \"*\"\n"
    "maildir = \"/m\"\n";

Result<Parsed, std::vector<Problem>> parsed(std::vector<std::string> texts) {
    std::vector<SourceText> files;
    files.reserve(texts.size());
    for (auto& text : texts) {
        files.push_back(
            {files.empty() ? "signet.toml" : "conf.d/" + std::to_string(files.size()) + ".toml",
             std::move(text)});
    }
    return parse(files);
}

std::vector<Problem> problems_of(std::vector<std::string> texts) {
    auto result = parsed(std::move(texts));
    return result ? std::move(result->warnings) : std::move(result.error());
}

// "E0102@19:1 E0203@…"
std::string codes_of(const std::vector<Problem>& problems) {
    std::string text;
    for (const auto& problem : problems) {
        EXPECT_TRUE(find_code(problem.code)) << problem.code;
        text += (text.empty() ? "" : " ") + problem.code + "@" +
                std::to_string(problem.place.line) + ":" + std::to_string(problem.place.column);
    }
    return text;
}

TEST(Parse, the_smallest_file_has_the_defaults_of_all_else) {
    const auto result = parsed({kMinimal});
    ASSERT_TRUE(result) << render(result.error());
    EXPECT_TRUE(result->warnings.empty());
    const auto& settings = result->snapshot;
    EXPECT_EQ(settings.hostname, "mail.example.com");
    ASSERT_EQ(settings.listeners.size(), 1u);
    EXPECT_EQ(settings.listeners[0].bind.at(0).port, 465);
    EXPECT_EQ(settings.auth.failures, 10u);
    EXPECT_EQ(settings.limits.message_size, 50u << 20);
    EXPECT_FALSE(settings.routes.at(0).smart_host);
    EXPECT_EQ(result->places.of("listener[0].bind").line, 9u);
}

TEST(Parse, every_kind_of_value_reaches_its_field) {
    const auto result = parsed(
        {"version = 1\nhostname = 'A.example'\ntrace_client_address = true\n"
         "[tls]\ncertificate='/c'\nkey='/k'\nmin='1.3'\nticket_key_life='30m'\n"
         "[[listener]]\nname='a'\nrole='submission'\nbind=['0.0.0.0:587', '[::]:587']\n"
         "[auth]\nmechanisms=['login']\nfailure_floor='250ms'\nargon2_memory='64 MiB'\n"
         "[[route]]\nname='up'\nmatch=['*.Example.net','example.org']\nhost='Smtp.example:465'\n"
         "auth = { user='u', password={ env='PW' } }\n"
         "[[route]]\nname='rest'\nmatch='*'\nhost='smtp.example'\nimplicit_tls=true\n"
         "auth.user='u'\nauth.password.file='/p'\n"
         "[[route]]\nname='net'\nmatch='example.com'\nmx={port=26,private_addresses=true}\n"
         "[dns]\nservers=['127.0.0.1:53','[::1]:54']\ndnssec='off'\ntrust_anchor='/a'\n"});
    ASSERT_TRUE(result) << render(result.error());
    const auto& settings = result->snapshot;
    EXPECT_EQ(settings.hostname, "a.example");
    EXPECT_TRUE(settings.trace_client_address);
    EXPECT_EQ(settings.tls.min, "1.3");
    EXPECT_EQ(settings.tls.ticket_key_life, seconds{1'800});
    EXPECT_EQ(settings.listeners.at(0).bind.at(1).ip, "::");
    EXPECT_EQ(settings.auth.mechanisms, std::vector<std::string>{"LOGIN"});
    EXPECT_EQ(settings.auth.failure_floor, milliseconds{250});
    EXPECT_EQ(settings.auth.argon2_memory, 64u << 20);
    const auto& up = *settings.routes.at(0).smart_host;
    EXPECT_EQ(settings.routes[0].match.at(0), "*.example.net");
    EXPECT_EQ(up.hosts.at(0).host, "smtp.example");
    EXPECT_EQ(up.hosts[0].port, 465);
    EXPECT_TRUE(up.hosts[0].implicit_tls);
    EXPECT_EQ(up.user, "u");
    EXPECT_EQ(up.password.env, "PW");
    const auto& rest = *settings.routes.at(1).smart_host;
    EXPECT_EQ(rest.hosts.at(0).port, 587);
    EXPECT_TRUE(rest.hosts[0].implicit_tls);
    EXPECT_EQ(rest.password.file, "/p");
    EXPECT_FALSE(settings.routes[1].mx);
    const auto& net = settings.routes.at(2).mx.value();
    EXPECT_EQ(net.tls, "opportunistic");
    EXPECT_EQ(net.port, 26u);
    EXPECT_TRUE(net.private_addresses);
    EXPECT_EQ(settings.dns.servers, (std::vector<Address>{{"127.0.0.1", 53}, {"::1", 54}}));
    EXPECT_EQ(settings.dns.dnssec, "off");
    EXPECT_EQ(settings.dns.trust_anchor, "/a");
}

// One change to a valid file, and what is said about it.
TEST(Parse, each_fault_has_its_code_and_place) {
    struct Row {
        const char* added;
        const char* expected;
    };
    const Row rows[] = {
        {"[auth]\nmechansims = ['PLAIN']\n", "E0102@15:1"},
        {"[auth]\ncache_life = 120\n", "E0203@15:14"},
        {"[auth]\ncache_life = '120'\n", "E0203@15:14"},
        {"[auth]\ncache_life = '2 min'\n", "E0204@15:14"},
        {"[auth]\ncache_life = '2 weeks'\n", "E0204@15:14"},
        {"[auth]\ncache_life = '2h'\n", "E0202@15:14"},
        {"[auth]\ncache_life = -1\n", "E0104@15:14"},
        {"[auth]\ncache_life = 1.5\n", "E0104@15:14"},
        {"[auth]\ncache_life = true\n", "E0104@15:14"},
        {"[auth]\nfailures = '3'\n", "E0104@15:12"},
        {"[auth]\nfailures = 0\n", "E0202@15:12"},
        {"[auth]\nfailures = -1\n", "E0202@15:12"},
        {"[auth]\nmechanisms = ['PLAIN', 'NTLM']\n", "E0201@15:24"},
        {"[auth]\nmechanisms = ['PLAIN', 'plain']\n", "E0208@15:24"},
        {"[auth]\nmechanisms = []\n", "E0207@15:14"},
        {"[auth]\nmechanisms = 7\n", "E0104@15:14"},
        {"[auth]\nmechanisms = [7]\n", "E0104@15:15"},
        {"[limits]\nmessage_size = 52428800\n", "E0203@15:16"},
        {"[limits]\nmessage_size = '25 MB'\n", "E0204@15:16"},
        {"[limits]\nmessage_size = '1 KiB'\n", "E0202@15:16"},
        {"[limit]\nidle = '5m'\n", "E0103@14:2"},
        {"[[limits]]\nidle = '5m'\n", "E0103@14:3"},
        {"limits = 5\n", "E0102@14:1"},  // still inside the last [[route]]
        {"[[listener]]\nname='x'\nrole='mta'\nbind='0.0.0.0:25'\n", "E0201@16:6"},
        {"[[listener]]\nname='x'\nrole='submission'\n", "E0105@14:1"},
        {"[[listener]]\nname='x y'\nrole='submission'\nbind='0.0.0.0:25'\n", "E0207@15:6"},
        {"[[listener]]\nname='x'\nrole='submission'\nbind=['0.0.0.0']\n", "E0205@17:7"},
        {"[[listener]]\nname='x'\nrole='submission'\nbind=['127.0.0.1:465']\n", "E0302@17:6"},
        {"[[listener]]\nname='x'\nrole='submission'\nbind=['0.0.0.0:465']\n", "E0302@17:6"},
        {"[[listener]]\nname='s'\nrole='submission'\nbind=['0.0.0.0:587']\n", "E0303@15:6"},
        {"[[route]]\nname='b'\nmatch='*'\nmaildir='/x'\n", "W0314@16:7"},
        {"[storage]\npath = \"a\\u0000b\"\n", "E0207@15:8"},
        {"[storage]\npath = 'x'\n", "W0315@15:8"},
        {"[queue]\nretry_first='5h'\n", "E0310@15:13"},
        {"[limits]\nconnections = 10\n", "E0310@14:2"},
        {"[metrics]\nbind = ['127.0.0.1:9587']\n", ""},
        {"[metrics]\nbind = ['[::1]:9587']\n", ""},
        {"[metrics]\nbind = ['0.0.0.0:9587']\n", "W0336@15:8"},
        {"[metrics]\nbind = ['0.0.0.0:9587']\nallow = ['192.0.2.0/24']\n", ""},
        {"[metrics]\nbind = ['0.0.0.0:9587']\nallow = ['0.0.0.0/0']\n", "W0337@16:9"},
        {"[metrics]\nbind = ['127.0.0.1:465']\n", "E0302@15:8"},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(codes_of(problems_of({kMinimal + row.added})), row.expected) << row.added;
    }
}

TEST(Parse, each_fault_of_a_route_has_its_code_and_place) {
    struct Row {
        const char* route;
        const char* expected;
    };
    const std::string front = kMinimal.substr(0, kMinimal.find("[[route]]"));
    const Row rows[] = {
        {"host='h'\nauth={user='u',password={file='/p'}}\n", ""},
        {"", "E0304@10:1"},
        {"host='h'\nmaildir='/m'\n", "E0305@10:1"},
        {"host='h'\nmx={tls='none'}\n", "E0305@10:1"},
        {"maildir='/m'\nmx.port=26\n", "E0305@10:1"},
        {"mx={tls='none'}\nca='/c'\n", "E0305@10:1"},
        {"mx={tls='none'}\n", ""},
        {"mx={private_addresses=true}\n", "W0338@13:23"},
        {"mx={}\n", "E0304@10:1"},
        {"mx=true\n", "E0104@13:4"},
        {"mx={tls='verified'}\n", "E0201@13:9"},
        {"mx={port=0}\n", "E0202@13:10"},
        {"mx={port=65536}\n", "E0202@13:10"},
        {"maildir='/m'\ntls='none'\n", "E0305@10:1"},
        {"host='h'\ntls='none'\n", ""},
        {"host='h'\ntls='none'\nauth={user='u',password={file='/p'}}\n", "E0306@14:5"},
        {"host='h'\ntls='opportunistic'\nauth={user='u',password={file='/p'}}\n", "W0316@14:5"},
        {"host='h:465'\ntls='none'\n", "E0308@14:5"},
        {"host='h'\nauth.user='u'\n", "E0307@14:11"},
        {"host='h'\nauth.password.env='P'\n", "E0307@14:6"},
        {"host='h'\nauth='u'\n", "E0104@14:6"},
        {"host='h'\nauth={user='u',password={}}\n", "E0206@14:25"},
        {"host='h'\nauth={user='u',password={file='/p',env='P'}}\n", "E0206@14:25"},
        {"host='h'\nauth={user='u',password={vault='/p'}}\n", "E0206@14:25"},
        {"host='h'\nauth={user='u',password={file=7}}\n", "E0104@14:31"},
        {"host='h'\nauth={user='u',passwort={file='/p'}}\n", "E0307@14:12 E0102@14:16"},
        {"host='h'\nauth={user='u',password='hunter2'}\n", "W0312@14:25"},
        {"host='a b'\n", "E0205@13:6"},
        {"lmtp=['/run/lmtp','127.0.0.1','10.0.0.7:2003']\n", ""},
        {"lmtp='mail.example.net:24'\n", "W0339@13:6"},
        {"lmtp='a b'\n", "E0205@13:6"},
        {"lmtp='/run/lmtp'\nhost='h'\n", "E0305@10:1"},
        {"lmtp='/run/lmtp'\ntls='none'\n", "E0305@10:1"},
        {"discard=true\n", ""},
        {"discard=false\n", "E0304@10:1"},
        {"discard=true\nmaildir='/m'\n", "E0305@10:1"},
        {"discard=true\nehlo='x.example'\n", "E0305@10:1"},
        {"host='a'\nconnections=3\nmessages='30/1m'\n", ""},
        {"host='a'\nmessages='30'\n", "E0204@14:10"},
        {"host='a'\nmessages='100001/1d'\n", "E0202@14:10"},
        {"host='a'\nconnections=1001\n", "E0202@14:13"},
        {"host=['a:465','b']\nsource=['192.0.2.1','2001:db8::1']\nehlo='x.example'\n", ""},
        {"host=['a','a b']\n", "E0205@13:11"},
        {"host=['a:465','b']\ntls='none'\n", "E0308@14:5"},
        {"host=['a:465','b']\ntls='none'\nauth={user='u',password={file='/p'}}\n",
         "E0306@14:5 E0308@14:5"},
        {"host='h'\nsource='here'\n", "E0205@14:8"},
        {"host='h'\nsource=['192.0.2.1','192.0.2.2']\n", "E0207@14:8"},
        {"host='h'\nclient_certificate='/c'\nclient_key='/k'\n", ""},
        {"mx={tls='none'}\nclient_key='/k'\n", "E0327@14:12"},
        {"maildir='/m'\nehlo='x.example'\n", "E0305@10:1"},
        {"maildir='/m'\nsenders=['*@a.example','<>']\naccounts=['ann','scan-*']\n", "W0317@0:0"},
        {"maildir='/m'\nsenders='ann'\n", "E0205@14:9"},
        {"maildir='/m'\naccounts='ann smith'\n", "E0207@14:10"},
    };
    for (const auto& row : rows) {
        const auto text = front + "[[route]]\nname='r'\nmatch='*'\n" + row.route;
        EXPECT_EQ(codes_of(problems_of({text})), row.expected) << row.route;
    }
}

TEST(Parse, a_route_for_some_senders_takes_nothing_from_those_behind_it) {
    const std::string front = kMinimal.substr(0, kMinimal.find("[[route]]"));
    const std::string some = "[[route]]\nname='a'\nmatch='*'\nmaildir='/a'\naccounts='ann'\n";
    const std::string all = "[[route]]\nname='b'\nmatch='*'\nmaildir='/b'\n";
    const auto both = parsed({front + some + all});
    ASSERT_TRUE(both) << render(both.error());
    EXPECT_EQ(codes_of(both->warnings), "");
    EXPECT_EQ(both->snapshot.routes.at(0).accounts, std::vector<std::string>{"ann"});
    EXPECT_EQ(codes_of(problems_of({front + all + some})), "W0314@16:7");
}

TEST(Parse, the_version_comes_first) {
    const auto rest = kMinimal.substr(kMinimal.find('\n') + 1);
    EXPECT_EQ(codes_of(problems_of({rest})), "E0108@0:0");
    EXPECT_EQ(codes_of(problems_of({"version = 2\n" + rest})), "E0108@1:11");
    EXPECT_EQ(codes_of(problems_of({"version = '1'\n" + rest})), "E0108@1:11");
    EXPECT_EQ(codes_of(problems_of(
                  {"hostname = 'a.example'\nversion = 1\n" + rest.substr(rest.find('\n') + 1)})),
              "E0108@2:1");
}

TEST(Parse, an_empty_file_names_all_that_is_missing) {
    EXPECT_EQ(codes_of(problems_of({""})), "E0105@0:0 E0108@0:0 E0301@0:0 W0317@0:0");
    EXPECT_FALSE(parse({}));
}

TEST(Parse, files_add_up_and_a_setting_has_one_home) {
    const auto result = parsed({kMinimal,
                                "[[listener]]\nname='b'\nrole='submission'\n"
                                "bind='127.0.0.1:587'\n[auth]\nfailures = 3\n",
                                "[auth]\ncache_life = '0s'\n"});
    ASSERT_TRUE(result) << render(result.error());
    EXPECT_EQ(result->snapshot.listeners.size(), 2u);
    EXPECT_EQ(result->snapshot.auth.failures, 3u);
    EXPECT_EQ(result->snapshot.auth.cache_life, seconds{0});

    const auto problems =
        problems_of({kMinimal + "[auth]\nfailures = 3\n", "[auth]\nfailures = 4\n"});
    EXPECT_EQ(codes_of(problems), "E0107@2:1");
    EXPECT_EQ(problems.at(0).place.file, "conf.d/1.toml");
    EXPECT_EQ(problems[0].notes.at(0), "first set at signet.toml:15");
}

TEST(Parse, all_problems_are_found_in_one_run) {
    const auto text = "version = 1\nhostnam = 'x'\n[tls]\nmin = '1.0'\nmin = '1.1'\n" +
                      std::string{"[auth]\nfailures = 'three'\nfailures = 3\n[auth]\nx = 1\n"};
    EXPECT_EQ(codes_of(problems_of({text})),
              "E0102@2:1 E0201@4:7 E0106@5:1 E0104@7:12 E0106@8:1 E0106@9:1");
}

TEST(Parse, a_fault_of_syntax_does_not_hide_the_rest_and_raises_no_false_alarm) {
    EXPECT_EQ(codes_of(problems_of({"version = 1\nhostname = mail\n[auth]\nfailurs = 3\n"})),
              "E0101@2:12 E0102@4:1");
    // What follows an unclosed bracket cannot be told apart from what is inside it.
    EXPECT_EQ(codes_of(problems_of({"version = 1\n[auth\nfailures = 3\n"})).substr(0, 8),
              "E0101@2:");
}

TEST(Parse, what_the_library_asserts_is_reported_with_its_line) {
    EXPECT_EQ(codes_of(problems_of({"version = 1\n\n[,]\n[auth]\nfailurs = 3\n"})),
              "E0101@3:1 E0102@5:1");
    EXPECT_EQ(codes_of(problems_of({"[[{x]]"})), "E0101@1:1");
    EXPECT_EQ(codes_of(problems_of({"version = 1\nfailur\u00E9s = 3\n"})), "E0101@2:7");
    EXPECT_EQ(codes_of(problems_of({"version = 1\nx = \"\"\"\\\u00E9\"\"\"\n"})), "E0101@2:9");
    EXPECT_EQ(codes_of(problems_of({"version = 1\nfailurs = [ oops\n[,]\n"})).substr(0, 8),
              "E0101@2:");
}

TEST(Parse, settings_that_are_too_large_are_refused) {
    EXPECT_EQ(codes_of(problems_of({std::string((1u << 20) + 1, '#')})), "E0109@0:0");
    EXPECT_EQ(codes_of(problems_of({std::string(501, '.')})), "E0109@0:0");
    std::string many;
    for (int i = 0; i < 300; ++i) many += "x" + std::to_string(i) + " = 1\n";
    const auto problems = problems_of({"version = 1\n" + many});
    EXPECT_EQ(problems.size(), kMaxProblems);
    EXPECT_TRUE(problems.back().notes.back().ends_with("more problems"));
}

TEST(Parse, security_23_a_literal_secret_is_taken_and_never_shown) {
    const auto front = kMinimal.substr(0, kMinimal.find("[[route]]"));
    for (const auto route :
         {"auth = { user = 'ü', password = 'hunter2', x = 1 }\n",
          "auth = { user = 'u', password = 'hunter2' \n", "auth.password = 'hunter2\n",
          "auth.password = 'a'\nauth.password = 'hunter2'\n",
          "auth = { user = 'u', password = '''hunter2\nhunter2''' }\n",
          "auth = { user = 'u', password = 'hunter2' }\ntls = 'none'\n"}) {
        const auto text = front + "[[route]]\nname='r'\nmatch='*'\nhost='h'\n" + route;
        const auto problems = problems_of({text});
        EXPECT_FALSE(problems.empty());
        EXPECT_EQ(render(problems).find("hunter2"), std::string::npos) << render(problems);
        EXPECT_EQ(problems_json(problems).find("hunter2"), std::string::npos);
    }
    const auto result = parsed({front + "[[route]]\nname='r'\nmatch='*'\nhost='h'\n"
                                        "auth={user='u',password='hunter2'}\n"});
    ASSERT_TRUE(result);
    EXPECT_EQ(result->snapshot.routes.at(0).smart_host->password.literal->reveal(), "hunter2");
    EXPECT_EQ(codes_of(result->warnings), "W0312@14:25");
    for (const auto& [path, place] : result->places.written) {
        EXPECT_EQ(place.line_text.find("hunter2"), std::string::npos) << path;
    }
}

TEST(Parse, security_23_control_characters_of_a_file_never_reach_the_terminal) {
    const auto problems = problems_of({"version = 1\nhostname = \"\x1b[2J\"\n"});
    EXPECT_FALSE(problems.empty());
    EXPECT_EQ(render(problems).find('\x1b'), std::string::npos);
    const auto quoted = problems_of({"version = 1\n\"\\u001b[2J\" = 1\n"});
    EXPECT_EQ(render(quoted).find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace signet::settings
