#include "store/serve_pam.h"

#include "store/pam_socket.h"

#include <security/pam_appl.h>

#include <cstdlib>
#include <cstring>
#include <string>

namespace signet::store {
namespace {

// No copy of it is left behind but the one that PAM gets, and frees.
char* copy_of(std::string_view text) {
    auto* made = static_cast<char*>(std::malloc(text.size() + 1));
    if (made == nullptr) return nullptr;
    std::memcpy(made, text.data(), text.size());
    made[text.size()] = '\0';
    return made;
}

// pam_conv(3): the answers belong to PAM afterwards, which frees them.
int converse(int count, const pam_message** messages, pam_response** answers, void* data) {
    if (count <= 0 || count > PAM_MAX_NUM_MSG) return PAM_CONV_ERR;
    const auto& request = *static_cast<const PamRequest*>(data);
    auto* made = static_cast<pam_response*>(
        std::calloc(static_cast<std::size_t>(count), sizeof(pam_response)));
    if (made == nullptr) return PAM_BUF_ERR;
    for (int i = 0; i < count; ++i) {
        const int style = messages[i]->msg_style;
        if (style == PAM_PROMPT_ECHO_OFF) {
            made[i].resp = copy_of(request.password.reveal());
        } else if (style == PAM_PROMPT_ECHO_ON) {
            made[i].resp = copy_of(request.user);
        }
    }
    *answers = made;
    return PAM_SUCCESS;
}

PamVerdict verdict_of_authentication(int code) {
    switch (code) {
    case PAM_SUCCESS: return PamVerdict::granted;
    case PAM_USER_UNKNOWN: return PamVerdict::unknown;
    case PAM_AUTH_ERR:
    case PAM_CRED_INSUFFICIENT:
    case PAM_PERM_DENIED:
    case PAM_MAXTRIES: return PamVerdict::wrong;
    case PAM_ACCT_EXPIRED: return PamVerdict::disabled;
    default: return PamVerdict::unavailable;
    }
}

PamVerdict verdict_of_account(int code) {
    switch (code) {
    case PAM_SUCCESS: return PamVerdict::granted;
    case PAM_USER_UNKNOWN: return PamVerdict::unknown;
    case PAM_ACCT_EXPIRED:
    case PAM_NEW_AUTHTOK_REQD:
    case PAM_AUTH_ERR: return PamVerdict::disabled;
    case PAM_PERM_DENIED: return PamVerdict::not_allowed;
    default: return PamVerdict::unavailable;
    }
}

// One transaction of PAM.
class Transaction {
public:
    explicit Transaction(const PamRequest& request)
        : conversation_{converse, const_cast<PamRequest*>(&request)} {
        code_ = ::pam_start_confdir(request.service.c_str(), request.user.c_str(), &conversation_,
                                    request.directory.empty() ? nullptr : request.directory.c_str(),
                                    &handle_);
        if (code_ == PAM_SUCCESS && !request.client.empty()) {
            ::pam_set_item(handle_, PAM_RHOST, request.client.c_str());
        }
    }
    ~Transaction() {
        if (handle_ != nullptr) ::pam_end(handle_, code_);
    }
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    PamReply run(bool authenticate) {
        if (code_ != PAM_SUCCESS) return reply(PamVerdict::unavailable);
        // pam_authenticate(3): an empty password is not to be taken.
        constexpr int kFlags = PAM_SILENT | PAM_DISALLOW_NULL_AUTHTOK;
        if (authenticate) {
            code_ = ::pam_authenticate(handle_, kFlags);
            if (code_ != PAM_SUCCESS) return reply(verdict_of_authentication(code_));
        }
        code_ = ::pam_acct_mgmt(handle_, kFlags);
        return reply(verdict_of_account(code_));
    }

private:
    PamReply reply(PamVerdict verdict) {
        PamReply made{verdict, {}, {}};
        const void* user = nullptr;
        if (handle_ != nullptr && ::pam_get_item(handle_, PAM_USER, &user) == PAM_SUCCESS &&
            user != nullptr) {
            made.user = static_cast<const char*>(user);
            made.user.resize(std::min(made.user.size(), kMaxPamField));
        }
        if (verdict != PamVerdict::granted) made.detail = ::pam_strerror(handle_, code_);
        return made;
    }

    pam_conv conversation_;
    pam_handle_t* handle_ = nullptr;
    int code_ = PAM_ABORT;
};

}  // namespace

PamReply ask_pam(const PamRequest& request) {
    if (request.authenticate && request.password.empty()) {
        return {PamVerdict::wrong, request.user, "an empty password opens nothing"};
    }
    return Transaction{request}.run(request.authenticate);
}

int serve_pam(int socket) {
    while (auto message = receive_message(socket, SteadyTime::max())) {
        const auto request = decode_pam_request(message->reveal());
        if (!request) return 1;
        if (!send_message(socket, encode(ask_pam(*request)), SteadyTime::max())) return 0;
    }
    return 0;
}

}  // namespace signet::store
