/** An OpenID Connect provider on this machine: real discovery, authorization codes with PKCE, tokens signed with its own key. */
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

export const CLIENT = { clientId: 'huyu-test', clientSecret: 'a secret of the test' }

export type Provider = Awaited<ReturnType<typeof openProvider>>

/** Close it with `await provider.close()`. Whoever comes to it is `provider.who`; its answers can be made wrong. */
export async function openProvider() {
  const { publicKey, privateKey } = await generateKeyPair('RS256')
  const foreign = await generateKeyPair('RS256')
  const codes = new Map<string, URLSearchParams>()
  const provider = {
    who: { sub: 'subject-1', name: '王芳' } as { sub: string; name?: string },
    /** claims put over those of the next tokens */
    claims: {} as Record<string, unknown>,
    /** signs with a key that is not among the published ones */
    forges: false,
    down: false,
    issuer: '',
    close: () => new Promise((done) => server.close(done)),
  }
  const json = (body: unknown, status = 200) =>
    [status, { 'content-type': 'application/json' }, JSON.stringify(body)] as const

  async function answer(url: URL, body: string) {
    if (provider.down) return [502, {}, 'down'] as const
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return json({
          issuer: provider.issuer,
          authorization_endpoint: `${provider.issuer}/authorize`,
          token_endpoint: `${provider.issuer}/token`,
          jwks_uri: `${provider.issuer}/jwks`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['RS256'],
          code_challenge_methods_supported: ['S256'],
        })
      case '/jwks':
        return json({ keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }] })
      case '/authorize': {
        const code = crypto.randomUUID()
        codes.set(code, url.searchParams)
        const back = new URL(url.searchParams.get('redirect_uri')!)
        back.search = String(new URLSearchParams({ code, state: url.searchParams.get('state')! }))
        return [302, { location: back.href }, ''] as const
      }
      case '/token':
        return token(new URLSearchParams(body))
      default:
        return [404, {}, ''] as const
    }
  }

  /** As RFC 6749 and 7636 have it: the code once, for the client and the address it was asked with, and only with its verifier. */
  async function token(sent: URLSearchParams) {
    const asked = codes.get(sent.get('code') ?? '')
    codes.delete(sent.get('code') ?? '')
    const challenge = createHash('sha256')
      .update(sent.get('code_verifier') ?? '')
      .digest('base64url')
    const right =
      asked &&
      asked.get('code_challenge_method') === 'S256' &&
      challenge === asked.get('code_challenge') &&
      sent.get('redirect_uri') === asked.get('redirect_uri') &&
      sent.get('client_id') === CLIENT.clientId &&
      sent.get('client_secret') === CLIENT.clientSecret
    if (!right) return json({ error: 'invalid_grant' }, 400)
    const now = Math.floor(Date.now() / 1000)
    const own = { iss: provider.issuer, aud: CLIENT.clientId, iat: now, exp: now + 300, nonce: asked.get('nonce') }
    const id_token = await new SignJWT({ ...own, ...provider.who, ...provider.claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .sign(provider.forges ? foreign.privateKey : privateKey)
    return json({ access_token: 'of no use here', token_type: 'Bearer', expires_in: 300, id_token })
  }

  const server = createServer(async (request, response) => {
    let body = ''
    for await (const part of request) body += part
    const [status, headers, text] = await answer(new URL(request.url!, provider.issuer), body)
    response.writeHead(status, headers).end(text)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  provider.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return provider
}
