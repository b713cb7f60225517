// Plays dialogue scripts on the bare SMTP machine:  dialogue_bare FOLDER
#include "script.h"

#include "base/base64.h"
#include "base/text.h"
#include "smtp/accept_all.h"
#include "smtp/feed_split.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

using namespace signet;
using dialogue::Script;
using dialogue::Statement;

namespace {

const std::string kUser{smtp::AcceptAll::kUser}, kPassword{smtp::AcceptAll::kPassword};
const dialogue::Names kNames{kUser, kPassword, kUser, "bob@example.com"};

// How a segment is cut before the machine gets it.
enum class Cut {
    as_written,
    octets,
    random
};

// One connection.  Throws the first thing that is wrong, as text.
class Player {
public:
    Player(const Script& script, Cut cut)
        : script_(script), cut_(cut), server_(role_of(script), limits_of(script)) {
        output_ = server_.connect();
        expect("220");
    }

    void play() {
        for (const auto& statement : script_.statements) {
            line_ = statement.line;
            step(statement);
        }
        flush();
        if (server_.closed()) return silent();
        exchange("QUIT\r\n", "221");
        closed();
    }

    std::size_t line() const { return line_; }
    const std::string& transcript() const { return transcript_; }

private:
    static smtp::Role role_of(const Script& script) {
        if (script.role == "mx") return smtp::Role::mx;
        return script.role == "submissions" ? smtp::Role::submissions : smtp::Role::submission;
    }

    static smtp::ProtocolLimits limits_of(const Script& script) {
        smtp::ProtocolLimits limits;
        for (const auto& [name, value] : script.limits) {
            const auto number = static_cast<unsigned>(value);
            if (name == "errors")
                limits.errors = number;
            else if (name == "commands")
                limits.commands = number;
            else if (name == "recipients")
                limits.recipients = number;
            else if (name == "message_octets")
                limits.message_octets = value;
            else
                throw std::string{"no limit named " + name};
        }
        return limits;
    }

    void step(const Statement& statement) {
        if (statement.kind == Statement::Kind::send) {
            segment_ += statement.text;
            return;
        }
        flush();
        switch (statement.kind) {
        case Statement::Kind::send:
        case Statement::Kind::split: return;
        case Statement::Kind::reply: return expect(statement.text);
        case Statement::Kind::some_line:
            if (!dialogue::has_line(reply_, statement.text)) throw "no such line in: " + reply_;
            return;
        case Statement::Kind::no_line:
            if (dialogue::has_line(reply_, statement.text))
                throw "there is such a line in: " + reply_;
            return;
        case Statement::Kind::secure: return secure();
        case Statement::Kind::proven: return proven();
        case Statement::Kind::tls: return handshake();
        case Statement::Kind::closed: return closed();
        }
        std::unreachable();
    }

    void flush() {
        if (segment_.empty()) return;
        transcript_ += "C " + sanitised(segment_, 200) + '\n';
        smtp::Pieces pieces{segment_};
        if (cut_ == Cut::octets) {
            pieces.clear();
            for (const char c : segment_) pieces.emplace_back(1, c);
        } else if (cut_ == Cut::random) {
            pieces = smtp::cut_at_random(segment_, segment_.size());
        }
        segment_.clear();
        for (const auto& piece : pieces) output_ += server_.feed(piece);
    }

    // Takes the next whole reply out of what the server said.
    void expect(std::string_view expected) {
        reply_.clear();
        bool last = false;
        while (!last) {
            const auto end = output_.find("\r\n");
            if (end == std::string::npos) throw "no reply, expected " + std::string{expected};
            const auto line = output_.substr(0, end + 2);
            output_.erase(0, end + 2);
            last = line.size() > 3 && line[3] == ' ';
            reply_ += line;
        }
        transcript_ += "S " + reply_;
        if (!dialogue::reply_fits(reply_, expected)) {
            throw "expected " + std::string{expected} + ", got " + reply_;
        }
    }

    void exchange(std::string octets, std::string_view expected) {
        segment_ = std::move(octets);
        flush();
        expect(expected);
    }

    void handshake() {
        if (!server_.wants_handshake()) throw std::string{"the server waits for no handshake"};
        silent();
        server_.handshake();
    }

    void secure() {
        exchange("EHLO client.example\r\n", "250");
        if (script_.role == "submissions") return;
        exchange("STARTTLS\r\n", "220");
        handshake();
        exchange("EHLO client.example\r\n", "250");
    }

    void proven() {
        secure();
        const auto message = *dialogue::resolve("{base64 \\0{user}\\0{password}}", kNames);
        exchange("AUTH PLAIN " + message + "\r\n", "235 2.7.0");
    }

    void silent() {
        if (!output_.empty()) throw "nobody asked for " + output_;
    }

    void closed() {
        if (!server_.closed()) throw std::string{"the server did not close"};
        silent();
    }

    const Script& script_;
    Cut cut_;
    smtp::AcceptAll server_;
    std::string segment_, output_, reply_, transcript_;
    std::size_t line_ = 0;
};

bool play(const std::string& file, const Script& script, Cut cut) {
    constexpr const char* kCuts[] = {"as written", "octet by octet", "cut at random"};
    std::optional<Player> player;
    try {
        player.emplace(script, cut);
        player->play();
        return true;
    } catch (const std::string& wrong) {
        std::printf("%s:%zu (%s): %s\n%s\n", file.c_str(), player ? player->line() : 1,
                    kCuts[static_cast<int>(cut)], wrong.c_str(),
                    player ? player->transcript().c_str() : "");
        return false;
    }
}

bool play_file(const std::filesystem::path& path) {
    std::ifstream file{path, std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    const auto [script, problem] = dialogue::parse_script(text, kNames);
    if (!script) {
        std::printf("%s:%zu: %s\n", path.c_str(), problem.line, problem.what.c_str());
        return false;
    }
    const bool written = play(path, *script, Cut::as_written);
    if (!written || script->as_written) return written;
    return play(path, *script, Cut::octets) && play(path, *script, Cut::random);
}

}  // namespace

int main(int argc, char** argv) {
    int played = 0, failed = 0;
    if (argc != 2) return 2;
    for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
        if (entry.path().extension() != ".smtp") continue;
        ++played;
        if (!play_file(entry.path())) ++failed;
    }
    std::printf("%d dialogues, %d failed\n", played, failed);
    return played > 0 && failed == 0 ? 0 : 1;
}
