#include "policy/policy_people.h"

namespace signet::policy {

identity::Login ann() {
    identity::Login login;
    login.account = "ann";
    login.send_as = {{"ann", "example.com"}, {"info", "example.com"}, {"", "ann.example"}};
    return login;
}

}  // namespace signet::policy
