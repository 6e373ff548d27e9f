/**
 * Who somebody is in the eyes of another system: the port, and its one adapter, OpenID Connect. Hides openid-client. 浙里办 and 浙政钉 are
 * not OpenID Connect: they exchange a ticket at a gateway, under a signature that comes with their access papers. Nobody here has seen
 * it, so there is no adapter for them; one would be a second function that answers an {@link IdentityProvider}.
 */
import * as oidc from 'openid-client'
import { refuse } from '../platform/errors.ts'
import type { Log, SingleSignOn } from '../platform/http.ts'

export interface Identity {
  /** what the provider calls them, the same at every sign-in; it may say something about the person */
  subject: string
  name: string | null
  /** by what they were found out */
  kind: 'oidc'
}

export interface IdentityProvider {
  /** whose subjects these are */
  readonly issuer: string
  /** Where the browser goes, and what must be `kept` for its return. Refuses `identity.unreachable`. */
  begin(redirect_uri: string): Promise<{ address: string; kept: Kept }>
  /** What the browser came back with, for an identity. Refuses `identity.refused`, `identity.unreachable`. */
  exchange(answer: URL, kept: Kept): Promise<Identity>
}

/** Ties the answer to the browser that asked: without it a stolen answer would sign somebody in as another. */
export interface Kept {
  state: string
  nonce: string
  verifier: string
}

const SECONDS = 10

/** Authorization code with PKCE, state and nonce; the ID token's signature is checked, though it comes from the provider itself. */
export function openIdConnect({ issuer, clientId, clientSecret }: SingleSignOn, log: Log): IdentityProvider {
  const discover = () =>
    oidc.discovery(new URL(issuer), clientId, clientSecret, undefined, {
      timeout: SECONDS,
      execute: [oidc.enableNonRepudiationChecks, ...(isOnThisMachine(issuer) ? [oidc.allowInsecureRequests] : [])],
    })
  // anew for each sign-in: a provider exchanges its keys without telling, and sign-ins are few
  const asking = async <T>(ask: (configuration: oidc.Configuration) => Promise<T>): Promise<T> => {
    try {
      return await ask(await discover())
    } catch (error) {
      const { name, code, error: said } = error as Error & { code?: string; error?: string }
      // descriptions may name people
      log.warn({ name, code, said }, 'single sign-on failed')
      return UNREACHABLE.test(`${name} ${code}`) ? refuseUnreachable() : refuseAnswer()
    }
  }
  return {
    issuer,
    begin: (redirect_uri) =>
      asking(async (configuration) => {
        const kept = { state: oidc.randomState(), nonce: oidc.randomNonce(), verifier: oidc.randomPKCECodeVerifier() }
        const address = oidc.buildAuthorizationUrl(configuration, {
          redirect_uri,
          scope: 'openid profile',
          state: kept.state,
          nonce: kept.nonce,
          code_challenge: await oidc.calculatePKCECodeChallenge(kept.verifier),
          code_challenge_method: 'S256',
        })
        return { address: address.href, kept }
      }),
    exchange: (answer, { state, nonce, verifier }) =>
      asking(async (configuration) => {
        const tokens = await oidc.authorizationCodeGrant(configuration, answer, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        })
        const { sub, name } = tokens.claims()!
        return { subject: sub, name: typeof name === 'string' ? name : null, kind: 'oidc' }
      }),
  }
}

/** A provider beside the program, to try it with; every other must be asked over https. */
export function isOnThisMachine(issuer: string): boolean {
  return /^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?(\/|$)/.test(issuer)
}

/** No answer, none in time, or not that of a provider. */
const UNREACHABLE = /^TypeError|TIMEOUT|OAUTH_(RESPONSE_IS_NOT|PARSE_ERROR)/

function refuseUnreachable(): never {
  refuse('unavailable', 'identity.unreachable', {
    zh: '连不上统一身份认证，请稍后再试，或用账号和密码登录。',
    en: 'The single sign-on cannot be reached: try again shortly, or sign in with account and password.',
  })
}

function refuseAnswer(): never {
  refuse('unauthenticated', 'identity.refused', {
    zh: '统一身份认证没有确认您的身份，或这次登录已经失效。请重新登录。',
    en: 'The single sign-on did not confirm who you are, or this sign-in is no longer valid. Sign in again.',
  })
}
