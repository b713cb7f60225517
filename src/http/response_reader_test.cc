#include "http/response_reader.h"

#include <gtest/gtest.h>

#include <random>

namespace signet::http {
namespace {

using namespace std::string_literals;

Result<bool, ResponseFault> feed_in_pieces(ResponseReader& reader, std::string_view octets,
                                           std::size_t piece) {
    Result<bool, ResponseFault> done = false;
    while (!octets.empty() && done) {
        done = reader.feed(octets.substr(0, piece));
        octets.remove_prefix(std::min(piece, octets.size()));
    }
    return done;
}

const std::string kSized =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-A:\t b c \r\ncontent-length: 7\r\n\r\n"
    "{\"a\":1}";
const std::string kChunked =
    "HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n"
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n"
    "3\r\n{\"a\r\n4;ext=\"v\"\r\n\":1}\r\n000\r\nTrailer: dropped\r\n\r\n";

TEST(ResponseReader, a_response_is_read_alike_whole_and_in_any_pieces) {
    for (const auto& octets : {kSized, kChunked}) {
        for (std::size_t piece = 1; piece <= octets.size(); ++piece) {
            ResponseReader reader;
            EXPECT_FALSE(reader.begun());
            ASSERT_EQ(feed_in_pieces(reader, octets, piece), true) << piece;
            EXPECT_TRUE(reader.begun());
            const auto received = reader.take();
            EXPECT_EQ(received.status, 200);
            EXPECT_EQ(received.body.reveal(), "{\"a\":1}");
            EXPECT_TRUE(received.keeps_open);
            EXPECT_EQ(received.field("trailer"), "");
            EXPECT_EQ(received.field("link"), "");
        }
    }
}

TEST(ResponseReader, is_whole_with_its_last_octet_and_not_before) {
    for (const auto& octets : {kSized, kChunked}) {
        ResponseReader reader;
        for (std::size_t i = 0; i < octets.size(); ++i) {
            ASSERT_EQ(reader.feed(octets.substr(i, 1)), i + 1 == octets.size()) << i;
        }
    }
}

TEST(ResponseReader, fields_are_found_by_name_without_their_blanks) {
    ResponseReader reader;
    ASSERT_EQ(reader.feed(kSized), true);
    const auto received = reader.take();
    EXPECT_EQ(received.field("content-type"), "application/json");
    EXPECT_EQ(received.field("x-a"), "b c");
    EXPECT_EQ(received.field("x-b"), "");
}

TEST(ResponseReader, a_response_that_has_no_body_ends_with_its_head) {
    struct Case {
        std::string octets;
        bool to_head;
    };
    for (const auto& [octets, to_head] : std::vector<Case>{
             {"HTTP/1.1 204 No Content\r\n\r\n", false},
             {"HTTP/1.1 304 \r\nContent-Length: 9\r\n\r\n", false},
             {"HTTP/1.1 200\r\nContent-Length: 99999999999\r\n\r\n", true},
             {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", true},
             {"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", false},
         }) {
        ResponseReader reader{{}, to_head};
        EXPECT_EQ(reader.feed(octets), true) << octets;
        EXPECT_TRUE(reader.take().body.empty());
    }
}

TEST(ResponseReader, says_when_the_connection_is_not_to_be_used_again) {
    struct Case {
        std::string octets;
        bool keeps_open;
    };
    for (const auto& [octets, keeps_open] : std::vector<Case>{
             {"HTTP/1.1 204 \r\nConnection: keep-alive\r\n\r\n", true},
             {"HTTP/1.1 204 \r\nConnection: x, Close\r\n\r\n", false},
             {"HTTP/1.1 204 \r\nconnection: close\r\nConnection: keep-alive\r\n\r\n", false},
             {"HTTP/1.1 204 \r\n\r\nHTTP/1.1 200 OK\r\n", false},
             {"HTTP/1.1 200 \r\nContent-Length: 1\r\n\r\nab", false},
         }) {
        ResponseReader reader;
        ASSERT_EQ(reader.feed(octets), true) << octets;
        EXPECT_EQ(reader.take().keeps_open, keeps_open) << octets;
    }
}

TEST(ResponseReader, security_15_what_two_readers_might_read_differently_is_refused) {
    using enum ResponseFault;
    const auto ok = "HTTP/1.1 200 OK\r\n"s;
    const auto chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";
    struct Case {
        std::string octets;
        ResponseFault fault;
    };
    for (const auto& [octets, fault] : std::vector<Case>{
             {"\r\n", malformed},
             {"220 mail.test ESMTP\r\n", malformed},
             {"HTTP/1.0 200 OK\r\n", version},
             {"HTTP/2 200\r\n", version},
             {"HTTP/1.1  200 OK\r\n", malformed},
             {"HTTP/1.1 20 OK\r\n", malformed},
             {"HTTP/1.1 2000 OK\r\n", malformed},
             {"HTTP/1.1 099 x\r\n", malformed},
             {"HTTP/1.1 600 x\r\n", malformed},
             {"HTTP/1.1 +20 x\r\n", malformed},
             {"HTTP/1.1 200 O\0K\r\n"s, malformed},
             {"HTTP/1.1 200 OK\n", malformed},
             {"HTTP/1.1 101 Switching Protocols\r\n\r\n", malformed},
             {ok + " folded: a\r\n", malformed},
             {ok + "a : b\r\n", malformed},
             {ok + "a\r\n", malformed},
             {ok + ": b\r\n", malformed},
             {ok + "a: b\rc\r\n", malformed},
             {ok + "a: b\n", malformed},
             {ok + "\r\n", unended},
             {ok + "Connection: close\r\n\r\n", unended},
             {ok + "Content-Length: 1\r\nContent-Length: 1\r\n", lengths},
             {ok + "Content-Length: 1, 1\r\n", lengths},
             {ok + "Content-Length: -1\r\n", lengths},
             {ok + "Content-Length: 0x1\r\n", lengths},
             {ok + "Content-Length:\r\n", lengths},
             {ok + "Content-Length: 99999999999999999999999\r\n", lengths},
             {ok + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", lengths},
             {ok + "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n", lengths},
             {ok + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", lengths},
             {ok + "Transfer-Encoding: gzip, chunked\r\n", encoded},
             {ok + "Transfer-Encoding: identity\r\n", encoded},
             {ok + "Content-Encoding: gzip\r\n", encoded},
             {ok + "Content-Length: 1048577\r\n\r\n", body_too_large},
             {chunked + "g\r\n", malformed},
             {chunked + "\r\n", malformed},
             {chunked + "-1\r\n", malformed},
             {chunked + "0x1\r\n", malformed},
             {chunked + " 1\r\n", malformed},
             {chunked + "1 x\r\n", malformed},
             {chunked + "1\n", malformed},
             {chunked + "1\r\nab\r\n", malformed},
             {chunked + "1\r\na\n", malformed},
             {chunked + "000000001\r\n", malformed},
             {chunked + "1;" + std::string(300, 'x'), malformed},
             {chunked + "100001\r\n", body_too_large},
             {chunked + "ffffffff\r\n", body_too_large},
             {chunked + "0\r\na: " + std::string(20'000, 'x'), head_too_large},
             {ok + "a: " + std::string(20'000, 'x'), head_too_large},
         }) {
        for (const std::size_t piece : {octets.size(), std::size_t{1}}) {
            ResponseReader reader;
            const auto done = feed_in_pieces(reader, octets, piece);
            ASSERT_FALSE(done) << octets;
            EXPECT_EQ(done.error(), fault) << octets << ": " << words(done.error());
            EXPECT_EQ(reader.feed("HTTP/1.1 204 \r\n\r\n"), done);  // and stays so
        }
    }
}

TEST(ResponseReader, security_18_each_part_has_its_limit) {
    const auto ok = "HTTP/1.1 200 OK\r\n"s;
    const ResponseLimits limits{.head_octets = 64, .fields = 2, .body_octets = 4};
    const auto fault_of = [&](const std::string& octets) {
        ResponseReader reader{limits};
        const auto done = reader.feed(octets);
        return done ? std::nullopt : std::optional(done.error());
    };
    EXPECT_EQ(fault_of(ok + "a: b\r\nContent-Length: 4\r\n\r\nabcd"), std::nullopt);
    EXPECT_EQ(fault_of(ok + "a: b\r\nc: d\r\nContent-Length: 4\r\n"),
              ResponseFault::head_too_large);
    EXPECT_EQ(fault_of(ok + "Content-Length: 5\r\n\r\n"), ResponseFault::body_too_large);
    EXPECT_EQ(fault_of(ok + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\n"),
              ResponseFault::body_too_large);
    // Interim responses and trailers are heads, too.
    std::string interim;
    for (int i = 0; i < 4; ++i) interim += "HTTP/1.1 100 \r\n\r\n";
    EXPECT_EQ(fault_of(interim), ResponseFault::head_too_large);
    EXPECT_EQ(fault_of(ok + "Transfer-Encoding: chunked\r\n\r\n0\r\na: b\r\nc: d\r\n"),
              ResponseFault::head_too_large);
}

TEST(ResponseReader, a_body_in_many_chunks_is_put_together) {
    std::string octets = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", body;
    std::minstd_rand chance{7};
    for (int i = 0; i < 300; ++i) {
        const std::string piece(1 + chance() % 30, static_cast<char>('a' + i % 26));
        octets += (piece.size() < 16 ? "" : "1") + "0123456789abcdef"s.substr(piece.size() % 16, 1);
        octets += "\r\n" + piece + "\r\n";
        body += piece;
    }
    octets += "0\r\n\r\n";
    ResponseReader reader;
    ASSERT_EQ(feed_in_pieces(reader, octets, 7), true);
    EXPECT_EQ(reader.take().body.reveal(), body);
}

}  // namespace
}  // namespace signet::http
