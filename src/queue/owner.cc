#include "queue/owner.h"

#include <utility>

namespace signet::queue {

std::string owner_of(const MessageInfo& info) {
    switch (info.origin()) {
    case Origin::login: return "account " + info.account;
    case Origin::stranger: return "strangers";
    case Origin::signet: return "signet";
    }
    std::unreachable();
}

}  // namespace signet::queue
