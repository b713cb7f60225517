// issuer.list and issuer.test: whose tokens are taken, and what is wrong with one.
#include "admin/common.h"

#include "audit/timestamp.h"

#include <boost/json.hpp>

namespace signet::admin {
namespace {

constexpr std::string_view kTestParameters[] = {"token"};

std::string issuer_json(const IssuerState& issuer) {
    boost::json::object object{{"kind", "issuer"},
                               {"api_version", 1},
                               {"name", issuer.name},
                               {"url", issuer.url},
                               {"audience", boost::json::value_from(issuer.audience)},
                               {"introspection", issuer.introspection},
                               {"keys", issuer.keys}};
    if (issuer.fetched) object["fetched"] = audit::timestamp(*issuer.fetched);
    if (!issuer.trouble.empty()) object["trouble"] = issuer.trouble;
    return boost::json::serialize(object);
}

std::string finding_json(const TokenFinding& finding) {
    return boost::json::serialize(boost::json::object{{"kind", "token_finding"},
                                                      {"api_version", 1},
                                                      {"what", finding.what},
                                                      {"right", finding.right},
                                                      {"sentence", finding.sentence}});
}

Task<Outcome> list(const Services& services, Request) {
    Answer answer;
    if (const auto* issuers = services.sign_ins.issuers) {
        for (const auto& one : issuers->list()) answer.items.push_back(issuer_json(one));
    }
    answer.done = R"({"kind":"issuer_list","api_version":1,"count":)" +
                  std::to_string(answer.items.size()) + "}";
    co_return answer;
}

Task<Outcome> test(const Services& services, Request request) {
    if (!request.token || request.token->empty()) {
        co_return fail(Fault{Fault::Kind::usage, "a token is needed"});
    }
    auto* const issuers = services.sign_ins.issuers;
    if (issuers == nullptr || issuers->list().empty()) {
        co_return fail(Fault{Fault::Kind::not_found, "no [[issuer]] is set up"});
    }
    const auto report = co_await issuers->examine(std::move(*request.token));
    Answer answer;
    for (const auto& finding : report.findings) answer.items.push_back(finding_json(finding));
    boost::json::object done{{"kind", "token_report"}, {"api_version", 1}, {"good", report.good}};
    if (!report.issuer.empty()) done["issuer"] = report.issuer;
    if (!report.account.empty()) done["account"] = report.account;
    answer.done = boost::json::serialize(done);
    co_return answer;
}

}  // namespace

constinit const Endpoint endpoint_issuer_list{"issuer.list", {}, list};
constinit const Endpoint endpoint_issuer_test{"issuer.test", kTestParameters, test};

}  // namespace signet::admin
