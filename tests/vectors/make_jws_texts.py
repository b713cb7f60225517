"""What tokens look like around their signature: RFC 7515 §3.1, §4.1 and §5.2, RFC 8725, RFC 8259."""
import hashlib
import hmac
import json

RIGHT, WRONG, NO_KEY = 'right', 'token_signature', 'token_unknown_key'
MALFORMED, ALGORITHM, CRITICAL = 'token_malformed', 'token_algorithm', 'token_critical'
CLAIMS = b'{"iss":"https://login.example"}'


# Header, and what comes of a token that is signed with it.
HEADERS = [
    ('as it should be', b'{"alg":"ES256","kid":"k"}', RIGHT),
    ('blanks and line ends', b' {\r\n "alg" : "ES256",\t"kid":"k" } ', RIGHT),
    ('no kid', b'{"alg":"ES256"}', RIGHT),
    ('an escaped name', b'{"\\u0061lg":"ES256","kid":"k"}', RIGHT),
    ('an escaped value', b'{"alg":"\\u0045S256","kid":"\\u006b"}', RIGHT),
    ('members nobody knows', b'{"alg":"ES256","kid":"k","x":{"alg":"none"},"y":[1,null]}', RIGHT),
    ('alg of other case', b'{"alg":"es256","kid":"k"}', ALGORITHM),
    ('none', b'{"alg":"none","kid":"k"}', ALGORITHM),
    ('None', b'{"alg":"None","kid":"k"}', ALGORITHM),
    ('none with a blank', b'{"alg":"none ","kid":"k"}', ALGORITHM),
    ('alg with a blank', b'{"alg":" ES256","kid":"k"}', ALGORITHM),
    ('alg with a NUL', b'{"alg":"ES256\\u0000","kid":"k"}', ALGORITHM),
    ('an empty alg', b'{"alg":"","kid":"k"}', ALGORITHM),
    ('no alg', b'{"kid":"k"}', ALGORITHM),
    ('an alg of XML signatures', b'{"alg":"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"}',
     ALGORITHM),
    ('a number of COSE', b'{"alg":-7,"kid":"k"}', MALFORMED),
    ('alg null', b'{"alg":null,"kid":"k"}', MALFORMED),
    ('alg an array', b'{"alg":["ES256"],"kid":"k"}', MALFORMED),
    ('alg twice', b'{"alg":"ES256","alg":"none","kid":"k"}', MALFORMED),
    ('alg twice, the other way round', b'{"alg":"none","alg":"ES256","kid":"k"}', MALFORMED),
    ('alg twice, once escaped', b'{"alg":"ES256","\\u0061lg":"none","kid":"k"}', MALFORMED),
    ('a member twice, deeper', b'{"alg":"ES256","kid":"k","x":{"a":1,"a":2}}', MALFORMED),
    ('kid a number', b'{"alg":"ES256","kid":7}', MALFORMED),
    ('another kid', b'{"alg":"ES256","kid":"K"}', NO_KEY),
    ('kid with a NUL', b'{"alg":"ES256","kid":"k\\u0000"}', NO_KEY),
    ('crit empty', b'{"alg":"ES256","kid":"k","crit":[]}', CRITICAL),
    ('crit of what is there', b'{"alg":"ES256","kid":"k","crit":["exp"],"exp":9999999999}', CRITICAL),
    ('crit null', b'{"alg":"ES256","kid":"k","crit":null}', CRITICAL),
    ('an unencoded payload', b'{"alg":"ES256","kid":"k","b64":false,"crit":["b64"]}', CRITICAL),
    ('no object', b'["alg","ES256"]', MALFORMED),
    ('a text', b'"ES256"', MALFORMED),
    ('null', b'null', MALFORMED),
    ('empty', b'', MALFORMED),
    ('cut off', b'{"alg":"ES256","kid":"k"', MALFORMED),
    ('more behind', b'{"alg":"ES256","kid":"k"}{}', MALFORMED),
    ('a comma too many', b'{"alg":"ES256","kid":"k",}', MALFORMED),
    ('a comment', b'{"alg":"ES256",/**/"kid":"k"}', MALFORMED),
    ('quoted as in a program', b"{'alg':'ES256'}", MALFORMED),
    ('a mark of byte order', b'\xef\xbb\xbf{"alg":"ES256","kid":"k"}', MALFORMED),
    ('UTF-16', '{"alg":"ES256"}'.encode('utf-16'), MALFORMED),
    ('broken UTF-8', b'{"alg":"ES256","kid":"k","x":"\xff"}', MALFORMED),
    ('overlong UTF-8', b'{"alg":"ES256","kid":"k","x":"\xc0\xae"}', MALFORMED),
    ('a lone surrogate', b'{"alg":"ES256","kid":"k","x":"\\ud800"}', MALFORMED),
    ('a NUL as it is', b'{"alg":"ES256","kid":"k","x":"\0"}', MALFORMED),
    ('nested deeper than anybody nests', b'{"alg":"ES256","x":' + b'[' * 400 + b']' * 400 + b'}',
     MALFORMED),
    ('a number that is none', b'{"alg":"ES256","kid":"k","x":NaN}', MALFORMED),
]


def structure(sign, b64):
    """sign: ES256, with the key of the set."""
    def token(header, claims=CLAIMS):
        text = f'{b64(header)}.{b64(claims)}'
        return f'{text}.{b64(sign(text.encode()))}'

    cases = [[f'header: {what}', token(header), outcome] for what, header, outcome in HEADERS]
    good = token(b'{"alg":"ES256","kid":"k"}')
    head, claims, signature = good.split('.')
    last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    spare = signature[:-1] + last[last.index(signature[-1]) | 1]  # bits that belong to no octet
    hs = f'{b64(json.dumps({"alg": "HS256", "kid": "k"}).encode())}.{claims}'
    codes = b64(hmac.new(b'', hs.encode(), hashlib.sha256).digest())
    other = token(b'{"alg":"ES256","kid":"k"}', b'{"iss":"https://evil.example"}').split('.')
    for what, text, outcome in [
            ('padding', good + '==', MALFORMED),
            ('padding of the header', f'{head}==.{claims}.{signature}', MALFORMED),
            ('bits that belong to no octet', f'{head}.{claims}.{spare}', MALFORMED),
            ('the other alphabet', f'{head}.{claims}.{"+" + signature[1:]}', MALFORMED),
            ('a blank in front', ' ' + good, MALFORMED),
            ('a line end behind', good + '\n', MALFORMED),
            ('a line end within', f'{head}.\n{claims}.{signature}', MALFORMED),
            ('a NUL behind', good + '\0', MALFORMED),
            ('percent signs', good.replace('.', '%2E'), MALFORMED),
            ('no signature', f'{head}.{claims}.', WRONG),
            ('no signature and no dot', f'{head}.{claims}', MALFORMED),
            ('no payload', f'{head}..{signature}', WRONG),
            ('no header', f'.{claims}.{signature}', MALFORMED),
            ('dots alone', '..', MALFORMED),
            ('a fourth part', good + '.' + signature, MALFORMED),
            ('a fourth part that is empty', good + '.', MALFORMED),
            ('five parts', good + '.a.b', 'token_encrypted'),
            ("another's payload", f'{head}.{other[1]}.{signature}', WRONG),
            ("another's signature", f'{head}.{claims}.{other[2]}', WRONG),
            ('payload and header swapped', f'{claims}.{head}.{signature}', ALGORITHM),
            ('as JSON', json.dumps({'protected': head, 'payload': claims, 'signature': signature}),
             MALFORMED),
            ('HS256 with an empty secret', f'{hs}.{codes}', ALGORITHM)]:
        cases.append([f'token: {what}', text, outcome])
    return cases
