// For tests: answers what it was told to, and keeps what it was asked.
#pragma once

#include "dns/resolver.h"

#include <map>
#include <vector>

namespace signet::dns {

// Not safe for concurrent use.  What nothing was said about is SERVFAIL, so that a test which
// forgot a name does not pass by its absence.
class ScriptedResolver final : public Resolver {
public:
    // Each name must be one that Name::parse takes.
    ScriptedResolver& says(const std::string& name, Type type, Result<Answer, Fault> answer);
    // "192.0.2.1" and "2001:db8::1": both questions are answered, one perhaps with no_records.
    ScriptedResolver& host(const std::string& name, const std::vector<std::string>& addresses);
    ScriptedResolver& mail(const std::string& name, const std::vector<Mx>& exchanges);
    ScriptedResolver& without_mail(const std::string& name);  // no MX; the name exists
    ScriptedResolver& nowhere(const std::string& name);       // NXDOMAIN for MX, A and AAAA
    ScriptedResolver& broken(const std::string& name, Type type, Fault::Kind kind);

    Task<Result<Answer, Fault>> ask(Question question, Deadline deadline) override;
    std::vector<std::string> asked;  // "mx.example.net AAAA"

private:
    std::map<Question, Result<Answer, Fault>> answers_;
};

// "mx.example.net", or "." for the root.  Throws on what is neither.
Name named(const std::string& text);
Mx exchanger(std::uint16_t preference, const std::string& host);

}  // namespace signet::dns
