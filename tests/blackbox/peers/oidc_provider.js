// An OpenID provider: the npm package oidc-provider, on loopback, until its standard input ends.
//
//   node oidc_provider.js '{"port":9000,"keys":[…private JWKs…],"signing":"ES256"}'
//
// With "tls": {"cert": path, "key": path} it is https://localhost, else http://127.0.0.1.
//
// Says "ready" when it listens.  Beside what the package serves there is /test/…, for tests alone:
//   POST /test/approve {user_code, account}    what somebody would do in a browser (device flow)
//   POST /test/sign {header, claims, kid}      a token of any content, signed with a key of its own
//   GET  /test/pem?kid=…                       a public key, as a forger would use it
'use strict';

const crypto = require('node:crypto');
const fs = require('node:fs');
const http = require('node:http');
const https = require('node:https');
const { pathToFileURL } = require('node:url');

const options = JSON.parse(process.argv[2]);
const issuer = options.tls ? `https://localhost:${options.port}` : `http://127.0.0.1:${options.port}`;
// The package wants a newer Node than Debian's; this is all that it misses there.
globalThis.crypto ??= crypto.webcrypto;
URL.parse ??= (text, base) => (URL.canParse(text, base) ? new URL(text, base) : null);

const base64url = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

// The resource servers: who a token is for, and what form it has.
const resources = {
  'urn:signet:smtp': { scope: 'mail.send mail.read', audience: 'smtp.example.com', form: 'jwt' },
  'urn:signet:opaque': { scope: 'mail.send', audience: 'smtp.example.com', form: 'opaque' },
  'urn:signet:brief': { scope: 'mail.send', audience: 'smtp.example.com', form: 'jwt', life: 1 },
  'urn:signet:other': { scope: 'mail.send', audience: 'https://other.example', form: 'jwt' },
};

const configuration = {
  clients: [
    {
      client_id: 'scanner', client_secret: 'scanner-secret', redirect_uris: [], response_types: [],
      grant_types: ['client_credentials'], scope: 'mail.send mail.read',
    },
    {
      client_id: 'stranger', client_secret: 'stranger-secret', redirect_uris: [],
      response_types: [], grant_types: ['client_credentials'], scope: 'mail.send mail.read',
    },
    {
      client_id: 'phone', token_endpoint_auth_method: 'none', application_type: 'native',
      redirect_uris: [], response_types: [],
      grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
    },
    {
      client_id: 'signet', client_secret: 'sig net+secret/', redirect_uris: [], response_types: [],
      grant_types: [],
    },
  ],
  clientDefaults: { id_token_signed_response_alg: options.signing || 'ES256' },
  jwks: { keys: options.keys },
  scopes: ['openid', 'offline_access', 'mail.send', 'mail.read'],
  features: {
    clientCredentials: { enabled: true },
    deviceFlow: { enabled: true },
    devInteractions: { enabled: false },
    introspection: { enabled: true, allowedPolicy: () => true },
    revocation: { enabled: true, allowedPolicy: () => true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => undefined,
      useGrantedResource: () => true,
      getResourceServerInfo: (ctx, indicator) => {
        const wanted = resources[indicator];
        return {
          scope: wanted.scope,
          audience: wanted.audience,
          accessTokenFormat: wanted.form,
          accessTokenTTL: wanted.life || 600,
          jwt: { sign: { alg: options.signing || 'ES256' } },
        };
      },
    },
  },
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  // Whom a machine's token is for; a person's names its account as subject.
  extraTokenClaims: (ctx, token) => ({ account: token.accountId || 'dev@localhost' }),
};

async function body(request) {
  let text = '';
  for await (const part of request) text += part;
  return JSON.parse(text);
}

// The consent of a person, without the pages for it.
async function approve(provider, { user_code: userCode, account }) {
  const code = await provider.DeviceCode.findByUserCode(userCode.replace(/-/g, ''));
  const grant = new provider.Grant({ accountId: account, clientId: code.clientId });
  grant.addOIDCScope('openid offline_access');
  for (const indicator of [].concat(code.params.resource || [])) {
    grant.addResourceScope(indicator, code.params.scope);
  }
  Object.assign(code, {
    accountId: account, grantId: await grant.save(), scope: code.params.scope, claims: {},
    resource: code.params.resource, authTime: Math.floor(Date.now() / 1000),
  });
  await code.save();
  return {};
}

const keyOf = (kid) => options.keys.find((key) => !kid || key.kid === kid);

function sign({ header, claims, kid }) {
  const text = `${base64url(header)}.${base64url(claims)}`;
  const key = crypto.createPrivateKey({ key: keyOf(kid), format: 'jwk' });
  const signature = crypto.sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
  return { token: `${text}.${signature.toString('base64url')}` };
}

function pem(kid) {
  const key = crypto.createPublicKey({ key: keyOf(kid), format: 'jwk' });
  return { pem: key.export({ type: 'spki', format: 'pem' }) };
}

async function main() {
  const at = require.resolve('oidc-provider');
  const { Provider } = await import(pathToFileURL(at));
  const provider = new Provider(issuer, configuration);
  const serve = provider.callback();
  provider.on('server_error', (ctx, error) => process.stderr.write(`${error.stack}\n`));

  const listener = async (request, response) => {
    const url = new URL(request.url, issuer);
    if (!url.pathname.startsWith('/test/')) return serve(request, response);
    try {
      let answer;
      if (url.pathname === '/test/approve') answer = await approve(provider, await body(request));
      if (url.pathname === '/test/sign') answer = sign(await body(request));
      if (url.pathname === '/test/pem') answer = pem(url.searchParams.get('kid'));
      response.end(JSON.stringify(answer));
    } catch (error) {
      response.statusCode = 500;
      response.end(String(error && error.stack));
    }
  };
  const server = options.tls
    ? https.createServer({ cert: fs.readFileSync(options.tls.cert), key: fs.readFileSync(options.tls.key) }, listener)
    : http.createServer(listener);
  server.listen(options.port, '127.0.0.1', () => process.stdout.write('ready\n'));
  process.stdin.on('end', () => process.exit(0)).resume();  // whoever started it has gone
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
