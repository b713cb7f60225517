#include "mail/header_scanner.h"

#include "base/entropy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signet::mail {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Scan {
    bool too_big = false;
    std::string kept, header;
    std::size_t added = 0;
    auto operator<=>(const Scan&) const = default;
};

// `cut` says how long the next part is.
template <class Cut>
Scan scan(std::string_view content, Cut cut, std::size_t limit = HeaderScanner::kDefaultLimit) {
    HeaderScanner scanner{limit};
    Scan result;
    const auto keep = [&](const Result<std::string_view, HeaderFault>& octets) {
        if (octets)
            result.kept += *octets;
        else
            result.too_big = true;
    };
    while (!content.empty()) {
        const auto part = content.substr(0, std::max<std::size_t>(1, cut()));
        content.remove_prefix(part.size());
        keep(scanner.feed(std::string{part}));  // a part of its own: nothing may point behind it
    }
    keep(scanner.finish());
    EXPECT_EQ(scanner.complete(), !result.too_big);
    result.header = scanner.header().block();
    result.added = scanner.octets_added();
    return result;
}

Scan scan_whole(std::string_view content, std::size_t limit = HeaderScanner::kDefaultLimit) {
    return scan(content, [&] { return content.size(); }, limit);
}

void expect_the_same_in_any_split(std::string_view content) {
    const auto whole = scan_whole(content);
    EXPECT_EQ(scan(content, [] { return 1u; }), whole) << content;
    SeededEntropy chance{7};
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(scan(content, [&] { return chance.next() % 9; }), whole) << content;
    }
}

TEST(HeaderScanner, ends_the_header_where_a_reader_of_rfc_5322_does) {
    struct Case {
        std::string content, header, kept;
    };
    const Case cases[] = {
        {"A: 1\r\nB: 2\r\n\r\nbody\r\n", "A: 1\r\nB: 2\r\n", "A: 1\r\nB: 2\r\n\r\nbody\r\n"},
        {"A: 1\r\n\r\n", "A: 1\r\n", "A: 1\r\n\r\n"},
        {"A: 1\r\n\r\n\r\nB: 2\r\n", "A: 1\r\n", "A: 1\r\n\r\n\r\nB: 2\r\n"},
        // no body
        {"A: 1\r\n", "A: 1\r\n", "A: 1\r\n"},
        {"A: 1", "A: 1", "A: 1"},
        {"A:", "A:", "A:"},
        {"", "", ""},
        // no header
        {"\r\nbody\r\n", "", "\r\nbody\r\n"},
        {"\r\n", "", "\r\n"},
        // folds, also of nothing but blanks (obs-FWS)
        {"A: 1\r\n 2\r\n\t3\r\nB: 4\r\n\r\nx", "A: 1\r\n 2\r\n\t3\r\nB: 4\r\n",
         "A: 1\r\n 2\r\n\t3\r\nB: 4\r\n\r\nx"},
        {"A: 1\r\n  \r\n 2\r\n\r\nx", "A: 1\r\n  \r\n 2\r\n", "A: 1\r\n  \r\n 2\r\n\r\nx"},
        {"A:\r\n 1\r\n\r\nx", "A:\r\n 1\r\n", "A:\r\n 1\r\n\r\nx"},
        // obs-optional: blanks before the colon
        {"A \t: 1\r\n\r\nx", "A \t: 1\r\n", "A \t: 1\r\n\r\nx"},
        // a line that is no field: the blank line is put in
        {"A: 1\r\nHello, Bob\r\n\r\nx\r\n", "A: 1\r\n", "A: 1\r\n\r\nHello, Bob\r\n\r\nx\r\n"},
        {"Hello, Bob\r\n", "", "\r\nHello, Bob\r\n"},
        {"Hello", "", "\r\nHello"},
        {" A: 1\r\n", "", "\r\n A: 1\r\n"},
        {": 1\r\n", "", "\r\n: 1\r\n"},
        {"From ann@example.com Tue Dec 1\r\nA: 1\r\n\r\nx", "",
         "\r\nFrom ann@example.com Tue Dec 1\r\nA: 1\r\n\r\nx"},
        {"A: 1\r\nB\xC3\xA4: 2\r\n\r\nx", "A: 1\r\n", "A: 1\r\n\r\nB\xC3\xA4: 2\r\n\r\nx"},
        {"A: 1\r\nB 2: 3\r\n", "A: 1\r\n", "A: 1\r\n\r\nB 2: 3\r\n"},
        {"A: 1\r\nB", "A: 1\r\n", "A: 1\r\n\r\nB"},
        {"A: 1\r\nB ", "A: 1\r\n", "A: 1\r\n\r\nB "},
        // octets that smtp::DataDecoder refuses end no line here either
        {"A: 1\nB: 2\r\r\n\r\nx", "A: 1\nB: 2\r\r\n", "A: 1\nB: 2\r\r\n\r\nx"},
        {"A: 1\r\n\rB", "A: 1\r\n", "A: 1\r\n\r\n\rB"},
        {"A: 1\r\n\r", "A: 1\r\n", "A: 1\r\n\r\n\r"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.content);
        const auto result = scan_whole(c.content);
        EXPECT_EQ(result.header, c.header);
        EXPECT_EQ(result.kept, c.kept);
        EXPECT_EQ(result.added, c.kept.size() - c.content.size());
        expect_the_same_in_any_split(c.content);
    }
}

TEST(HeaderScanner, keeps_nothing_before_the_header_is_complete) {
    HeaderScanner scanner;
    EXPECT_EQ(scanner.feed("A: 1\r\n"), "");
    EXPECT_EQ(scanner.feed("\r"), "");
    EXPECT_FALSE(scanner.complete());
    EXPECT_EQ(scanner.feed("\nbo"), "A: 1\r\n\r\nbo");
    EXPECT_TRUE(scanner.complete());
    const std::string part = "dy\r\n";
    const auto kept = scanner.feed(part);
    EXPECT_EQ(kept, part);
    EXPECT_EQ(kept->data(), part.data()) << "the body is passed through, not copied";
    EXPECT_EQ(scanner.header().block(), "A: 1\r\n");
}

TEST(HeaderScanner, holds_a_header_of_its_limit_and_no_octet_more) {
    const std::string fits = "A: 3456\r\n";
    EXPECT_FALSE(scan_whole(fits + "\r\nbody", fits.size()).too_big);
    EXPECT_FALSE(scan_whole(fits, fits.size()).too_big);
    EXPECT_TRUE(scan_whole(fits + "B:\r\n\r\nbody", fits.size()).too_big);
    EXPECT_TRUE(scan_whole(fits + "B:", fits.size()).too_big);
}

TEST(HeaderScanner, counts_against_its_limit_the_same_in_any_split) {
    const std::string block = "A: 3456\r\n B\r\n";
    for (const std::string rest : {"", "\r\nbody", "Hello there", "H", "B:", "B: 1\r\n\r\n", " "}) {
        for (auto limit = block.size() - 2; limit < block.size() + 5; ++limit) {
            const auto whole = scan_whole(block + rest, limit);
            const auto one_by_one = scan(block + rest, [] { return 1u; }, limit);
            EXPECT_EQ(whole.too_big, one_by_one.too_big) << rest << limit;
            EXPECT_EQ(whole.header, one_by_one.header) << rest << limit;
        }
    }
}

TEST(HeaderScanner, stays_refused_once_it_was_too_big) {
    HeaderScanner scanner{4};
    EXPECT_EQ(scanner.feed("A: 12345"), fail(HeaderFault::too_big));
    EXPECT_EQ(scanner.feed("\r\n\r\nbody"), fail(HeaderFault::too_big));
    EXPECT_EQ(scanner.finish(), fail(HeaderFault::too_big));
    EXPECT_EQ(scanner.header().block(), "");
}

TEST(HeaderScanner, tells_a_body_without_line_ends_from_a_header_early) {
    HeaderScanner scanner{2'000};
    const std::string part(1'000, 'a');
    EXPECT_EQ(scanner.feed(part), "\r\n" + part);
    EXPECT_EQ(scanner.feed(part), part);
}

TEST(HeaderScanner, finds_long_names_up_to_a_line_in_any_split) {
    for (const auto octets : {997u, 998u, 999u}) {
        expect_the_same_in_any_split(std::string(octets, 'n') + ": 1\r\n\r\nx");
        expect_the_same_in_any_split("n" + std::string(octets, ' ') + ": 1\r\n\r\nx");
    }
    EXPECT_EQ(scan_whole(std::string(998, 'n') + ":\r\n").header.size(), 1'001u);
    EXPECT_EQ(scan_whole(std::string(999, 'n') + ":\r\n").header.size(), 0u);
}

TEST(Header, gives_each_field_unfolded_and_without_blanks_around) {
    const Header header{"Subject : one\r\n  two \r\n\tthree  \r\nX:\r\nSUBJECT: 2\r\n"};
    std::vector<std::string> fields;
    for (auto at = header.first(); at; at = header.after(*at)) {
        fields.push_back(std::string{at->name} + "=" + at->value());
    }
    EXPECT_THAT(fields, ElementsAre("Subject=one  two \tthree", "X=", "SUBJECT=2"));
    EXPECT_EQ(header.count("subject"), 2u);
    EXPECT_EQ(header.find("x")->value(), "");
    EXPECT_FALSE(header.find("y"));
}

TEST(Header, of_no_octets_has_no_fields) {
    const Header header{""};
    EXPECT_FALSE(header.first());
    EXPECT_EQ(header.count("Received"), 0u);
}

TEST(HeaderScanner, security_19_twenty_thousand_fields_are_bounded_work) {
    std::string content;
    for (int i = 0; i < 20'000; ++i) content += "X-Bomb-" + std::to_string(i) + ": x\r\n";
    content += "\r\nbody\r\n";
    EXPECT_TRUE(scan_whole(content).too_big) << "the limit cuts it";

    const auto result = scan(content, [] { return 1u; }, 1u << 20);  // each octet scanned once
    EXPECT_FALSE(result.too_big);
    EXPECT_EQ(result.kept, content);
    const Header header{result.header};
    EXPECT_EQ(header.count("X-Bomb-19999"), 1u);

    std::string folds = "A: 1\r\n";
    while (folds.size() < (200u << 10)) folds += " \r\n";
    EXPECT_EQ(Header{folds}.count("A"), 1u);
    EXPECT_EQ(Header{folds}.find("A")->value(), "1");
}

}  // namespace
}  // namespace signet::mail
