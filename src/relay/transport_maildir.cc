#include "relay/transport_maildir.h"

#include "relay/line_ends.h"
#include "relay/maildir.h"

#include <cerrno>
#include <map>
#include <utility>

namespace signet::relay {
namespace {

using Kind = queue::RecipientOutcome::Kind;

constexpr std::size_t kWriteOctets = 262'144;  // handed to the pool at a time

// The recipients of one directory, by their index.
using Boxes = std::map<MaildirPath, std::vector<std::size_t>>;

Boxes boxes_of(const Consignment& consignment, std::string_view path) {
    Boxes boxes;
    const auto sender = origin_name(consignment.account, consignment.origin);
    for (std::size_t i = 0; i < consignment.envelope.recipients.size(); ++i) {
        boxes[expand_maildir(path, sender, consignment.envelope.recipients[i].mailbox)].push_back(
            i);
    }
    return boxes;
}

std::string fields_for(const Consignment& consignment, const std::vector<std::size_t>& box) {
    auto fields = "Return-Path: <" + consignment.envelope.sender.text() + ">\n";
    for (const auto i : box) {
        fields += "Delivered-To: " + consignment.envelope.recipients[i].mailbox.text() + "\n";
    }
    return fields;
}

// RFC 3463 §3.3, §3.4.  What the file system says is about this machine: it is put right, and the
// message waits.
Answer answer_to(const FileFault& fault) {
    const bool full = fault.error == ENOSPC || fault.error == EDQUOT;
    return {Kind::deferred, (full ? "452 4.3.1 " : "451 4.3.0 ") + fault.what};
}

// One file on its way; what the pool works on.
struct Work {
    MaildirPath path;
    std::string name, octets;
    std::unique_ptr<MaildirFile> file;
    std::optional<FileFault> fault;

    void take(Result<void, FileFault> done) {
        if (!done) fault = done.error();
    }
    void write(bool last) {
        if (!file) {
            auto created = MaildirFile::create(path, name);
            if (!created) return take(fail(created.error()));
            file = std::move(*created);
        }
        take(file->write(octets));
        if (!fault && last) take(file->commit());
        octets.clear();
        if (fault || last) file.reset();  // here, where it may block
    }
};

class MaildirTransport final : public Transport {
public:
    MaildirTransport(MaildirOptions options, net::WorkerPool& pool)
        : options_(std::move(options)), host_(path_name(options_.hostname)), pool_(pool) {}

    Task<Attempt> deliver(const Load& load) override {
        const auto& consignment = load.consignment;
        const auto boxes = boxes_of(consignment, options_.path);
        Attempt attempt;
        attempt.next_hop = boxes.size() == 1 ? boxes.begin()->first.text() : options_.path;
        attempt.answers.resize(consignment.envelope.recipients.size());
        for (const auto& [path, box] : boxes) {
            const auto answer = co_await deliver_to(path, box, consignment, load.open);
            if (answer.kind != Kind::delivered) attempt.cause = Cause::local;
            for (const auto i : box) attempt.answers[i] = answer;
        }
        co_return attempt;
    }

private:
    Task<Answer> deliver_to(const MaildirPath& path, const std::vector<std::size_t>& box,
                            const Consignment& consignment, const OpenContent& open) {
        const auto content = co_await open();
        if (!content) co_return unreadable(content.error());
        const auto work = std::make_shared<Work>();
        work->path = path;
        work->name = file_name(consignment);
        work->octets = fields_for(consignment, box);
        LineEnds lines;
        for (bool last = false; !last;) {
            const auto part = co_await (*content)->read();
            if (!part) {
                pool_.post([work] { work->file.reset(); });
                co_return unreadable(part.error());
            }
            last = part->empty();
            last ? lines.finish(work->octets) : lines.convert(*part, work->octets);
            if (!last && work->octets.size() < kWriteOctets) continue;
            const bool ran = co_await pool_.run([work, last] { work->write(last); });
            if (!ran) co_return Answer{Kind::deferred, "451 4.3.2 too busy to write files"};
            if (work->fault) co_return answer_to(*work->fault);
        }
        co_return Answer{Kind::delivered, "250 2.0.0 " + path.text() + "/new/" + work->name};
    }

    // The same at every try of the message.
    std::string file_name(const Consignment& consignment) const {
        const auto accepted = std::chrono::duration_cast<std::chrono::seconds>(
            consignment.accepted.time_since_epoch());
        return std::to_string(accepted.count()) + "." + consignment.id + "." + host_;
    }

    const MaildirOptions options_;
    const std::string host_;
    net::WorkerPool& pool_;
};

}  // namespace

std::unique_ptr<Transport> make_maildir_transport(MaildirOptions options, net::WorkerPool& pool) {
    return std::make_unique<MaildirTransport>(std::move(options), pool);
}

}  // namespace signet::relay
