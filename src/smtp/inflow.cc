#include "smtp/inflow.h"

#include "smtp/faults.h"

#include <algorithm>
#include <utility>

namespace signet::smtp {

void Inflow::open_chunk(const Bdat& chunk) {
    announced_ = chunk;
    chunk_ = Chunk{.left = chunk.octets};
    const auto room = limits_.message_octets - std::min(octets_, limits_.message_octets);
    if (chunk.octets <= room) return;
    chunk_->discard = true;
    refusal_ = too_big(limits_.message_octets);
}

void Inflow::refuse_chunk(const Bdat& chunk, Refusal refusal) {
    announced_ = chunk;
    chunk_ = Chunk{.left = chunk.octets, .discard = true};
    refusal_ = std::move(refusal);
}

// What cannot be taken is read to its end and forgotten (RFC 1870 §6.3).
bool Inflow::lost() const {
    const bool too_long =
        !limits_.pass_long_lines && decoder_.longest_line() > limits_.text_line_octets;
    return refusal_ || octets_ > limits_.message_octets || too_long;
}

Inflow::Taken Inflow::take(std::string_view octets) {
    return chunk_ ? take_chunk(octets) : take_content(octets);
}

Inflow::Taken Inflow::take_chunk(std::string_view octets) {
    octets = octets.substr(0, std::min<std::uint64_t>(chunk_->left, octets.size()));
    auto taken = chunk_->discard ? Taken{{}, octets.size()} : take_content(octets);
    chunk_->left -= taken.used;
    if (taken.state == Taken::State::more && at_end()) {
        taken.state = Taken::State::end;
        const bool cut = announced_->last && !chunk_->discard;
        if (cut && decoder_.tail() == DataDecoder::Tail::bare_cr) {
            refusal_ = bare_newline();
            taken.state = Taken::State::fault;
        }
    }
    return taken;
}

Inflow::Taken Inflow::take_content(std::string_view octets) {
    const auto piece = decoder_.decode(octets);
    switch (piece.state) {
    case DataDecoder::State::bare_newline:
        refusal_ = bare_newline();
        return {{}, 0, Taken::State::fault};
    case DataDecoder::State::nul: refusal_ = nul_octet(); return {{}, 0, Taken::State::fault};
    case DataDecoder::State::end: return {{}, piece.used, Taken::State::end};
    case DataDecoder::State::more: break;
    }
    octets_ += piece.content.size();
    return {lost() ? std::string_view{} : piece.content, piece.used, Taken::State::more};
}

std::optional<Refusal> Inflow::refusal() const {
    if (!lost()) return {};
    if (refusal_) return refusal_;
    return octets_ > limits_.message_octets ? too_big(limits_.message_octets)
                                            : line_too_long_in_content(limits_.text_line_octets);
}

std::string_view Inflow::closing() {
    if (!announced_ || decoder_.tail() != DataDecoder::Tail::open_line) return {};
    const auto newline = decoder_.decode("\r\n").content;
    octets_ += newline.size();
    return newline;
}

}  // namespace signet::smtp
