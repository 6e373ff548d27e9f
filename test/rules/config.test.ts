/** The settings of the city's own sign-in: all three or none, and a provider that is asked over https. */
import { expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'

const [HUYU_SSO_ISSUER, HUYU_SSO_CLIENT_ID, HUYU_SSO_CLIENT_SECRET] = ['https://sso.example/realm', 'huyu', 'secret']

test('single sign-on is three settings, and off without them', () => {
  expect(readConfig({}).singleSignOn).toBeNull()
  expect(
    readConfig({ HUYU_SSO_ISSUER: '', HUYU_SSO_CLIENT_ID: '', HUYU_SSO_CLIENT_SECRET: '' }).singleSignOn,
  ).toBeNull()
  expect(readConfig({ HUYU_SSO_ISSUER, HUYU_SSO_CLIENT_ID, HUYU_SSO_CLIENT_SECRET }).singleSignOn).toEqual({
    issuer: HUYU_SSO_ISSUER,
    clientId: HUYU_SSO_CLIENT_ID,
    clientSecret: HUYU_SSO_CLIENT_SECRET,
  })
})

test.each([
  [{ HUYU_SSO_ISSUER }],
  [{ HUYU_SSO_ISSUER, HUYU_SSO_CLIENT_ID }],
  [{ HUYU_SSO_CLIENT_ID, HUYU_SSO_CLIENT_SECRET }],
])('%o alone is refused in one sentence', (settings) => {
  expect(() => readConfig(settings)).toThrow(/HUYU_SSO_ISSUER.*together/)
})

test.each([
  ['http://localhost:8080', true],
  ['http://127.0.0.1:8080/realm', true],
  ['http://sso.example', false],
  ['http://localhost.example', false],
  ['http://127.0.0.1.example', false],
  ['ftp://localhost', false],
])('an issuer at %s is taken: %s', (issuer, taken) => {
  const read = () => readConfig({ HUYU_SSO_ISSUER: issuer, HUYU_SSO_CLIENT_ID, HUYU_SSO_CLIENT_SECRET })
  if (taken) expect(read().singleSignOn?.issuer).toBe(issuer)
  else expect(read).toThrow(/HUYU_SSO_ISSUER \(https, or http on localhost\)/)
})
