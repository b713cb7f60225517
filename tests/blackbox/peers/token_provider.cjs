// An identity provider for tests: npm's oidc-provider behind TLS on the loopback.
//
//   node token_provider.cjs SETTINGS.json     {"port":…, "cert":…, "key":…, "clientCertificate":…, "secretEnds":…, "life":…}
//
// Says "ready" on standard output, then one line of JSON for each request to the token endpoint.
// What a person would do with a browser, the test does with GET /test/approve?user_code=…&as=….
'use strict';
const fs = require('node:fs');
const { createPublicKey } = require('node:crypto');
const https = require('node:https');
const { pathToFileURL } = require('node:url');

const settings = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const issuer = `https://localhost:${settings.port}`;
const AUDIENCE = 'https://outlook.office365.com';

function resourceServer() {
  return {
    scope: 'mail', audience: AUDIENCE, accessTokenFormat: 'jwt', accessTokenTTL: settings.life,
    jwt: { sign: { alg: 'RS256' } },
  };
}

function clients() {
  const secret = { client_secret: 'a secret & more', redirect_uris: [], response_types: [],
    token_endpoint_auth_method: 'client_secret_post' };
  const ends = settings.secretEnds ? { client_secret_expires_at: settings.secretEnds } : {};
  return [
    // Opaque tokens, which a server has to ask about.
    { ...secret, ...ends, client_id: 'opaque', grant_types: ['client_credentials'] },
    // The same, and too long for the AUTH command.
    { ...secret, ...ends, client_id: 'long', grant_types: ['client_credentials'] },
    // Tokens that say what an application's say at Microsoft.
    { ...secret, ...ends, client_id: 'application', grant_types: ['client_credentials'] },
    // A person's, by the device flow; a public client.
    { client_id: 'device', token_endpoint_auth_method: 'none', redirect_uris: [],
      response_types: [], grant_types: ['urn:ietf:params:oauth:grant-type:device_code',
        'refresh_token'] },
    // One that signs who it is.
    { client_id: 'signing', token_endpoint_auth_method: 'private_key_jwt', redirect_uris: [],
      response_types: [], grant_types: ['client_credentials'],
      jwks: { keys: [createPublicKey(fs.readFileSync(settings.clientCertificate))
        .export({ format: 'jwk' })] } },
    // Who asks about tokens.
    { ...secret, client_id: 'mailserver', grant_types: [],
      token_endpoint_auth_method: 'client_secret_basic', client_secret: 'asks' },
  ];
}

const configuration = {
  clients: clients(),
  clientDefaults: { grant_types: [] },
  scopes: ['openid', 'offline_access', 'mail'],
  ttl: { ClientCredentials: settings.life, AccessToken: settings.life, DeviceCode: 600,
    RefreshToken: 86400, Grant: 86400 },
  rotateRefreshToken: true,
  formats: { bitsOfOpaqueRandomness: (ctx, token) => (token.clientId === 'long' ? 8192 : 256) },
  issueRefreshToken: async (ctx, client, code) => code.scopes.has('offline_access'),
  extraTokenClaims: async (ctx, token) => ({
    email: 'scanner@example.test', oid: 'object-1', tid: 'tenant-1', appid: token.clientId,
    ...(token.clientId === 'application' ? { roles: ['SMTP.SendAsApp'] } : {}),
  }),
  findAccount: async (ctx, id) => ({ accountId: id, claims: async () => ({ sub: id }) }),
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    deviceFlow: { enabled: true },
    introspection: { enabled: true, allowedPolicy: async () => true },
    resourceIndicators: {
      enabled: true,
      defaultResource: async (ctx, client) =>
        (client && client.clientId === 'application' ? AUDIENCE : undefined),
      getResourceServerInfo: async () => resourceServer(),
      useGrantedResource: async () => true,
    },
  },
};

// The person has signed in elsewhere and agrees.
async function approve(provider, query) {
  const shown = query.get('user_code').replace(/[^A-Za-z0-9]/g, '').toUpperCase();
  const code = await provider.DeviceCode.findByUserCode(shown);
  if (!code) return false;
  const grant = new provider.Grant({ accountId: query.get('as'), clientId: code.clientId });
  grant.addOIDCScope('openid offline_access');
  Object.assign(code, { accountId: query.get('as'), grantId: await grant.save(),
    scope: 'openid offline_access', authTime: Math.floor(Date.now() / 1000),
    claims: {}, amr: [], inFlight: false });
  if (query.get('deny')) Object.assign(code, { accountId: undefined, error: 'access_denied' });
  await code.save();
  return true;
}

(async () => {
  const main = require.resolve('oidc-provider');
  const { default: Provider } = await import(pathToFileURL(main).href);
  const provider = new Provider(issuer, configuration);
  const serve = provider.callback();
  const tls = { cert: fs.readFileSync(settings.cert), key: fs.readFileSync(settings.key) };
  const server = https.createServer(tls, async (request, response) => {
    const url = new URL(request.url, issuer);
    if (url.pathname === '/test/approve') {
      response.statusCode = (await approve(provider, url.searchParams)) ? 204 : 404;
      response.end();
      return;
    }
    if (url.pathname === '/token') {
      response.on('finish', () => console.log(JSON.stringify({ status: response.statusCode })));
    }
    serve(request, response);
  });
  server.listen(settings.port, '127.0.0.1', () => console.log('ready'));
})();
