/** The page of the keys that issuers sign with, and of retiring one. */
import { SigningKeys } from '../../templates/credentials/signing-keys.tsx'
import { faultsFor, form, frameOf, type PageCall, page, type Retry } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { localTime } from '../platform/calendar.ts'
import { inLanguage } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { retirementShape } from './signing-key-shapes.ts'
import { getKey, listKeys, retireKey } from './signing-keys.ts'
import { sendCertificate } from './signing-keys-api.ts'

const HERE = '/console/signing-keys'

export function signingKeysConsole(app: App): void {
  page(app, HERE, 'signing_key.read', (call) => keys(call))
  page(app, `${HERE}/:thumbprint/certificate`, 'signing_key.read', async ({ db, context, params }) =>
    sendCertificate(await getKey(db, context.scope, params.thumbprint!)),
  )
  form(
    app,
    `${HERE}/:thumbprint/retirement`,
    'signing_key.retire',
    retirementShape,
    async ({ tx, context, params, input }) => {
      await retireKey(tx, context, params.thumbprint!, input)
      return {
        to: HERE,
        flash: {
          zh: '已换用新密钥。旧密钥签发的证书继续有效。',
          en: 'A new key is in use. Certificates signed with the old one stay valid.',
        },
      }
    },
    (call) => keys(call, call),
  )
}

async function keys({ c, db, context }: PageCall, retry?: Retry) {
  const rows = await listKeys(db, context.scope)
  return (
    <SigningKeys
      frame={frameOf(c, inLanguage(c.get('lang'), { zh: '签发密钥', en: 'Signing keys' }))}
      keys={rows.map(({ id, organisation_name, valid_from, retired_at, reason }) => ({
        id,
        organisation_name,
        from: localTime(valid_from),
        retired: retired_at && localTime(retired_at),
        reason,
      }))}
      may_retire={may(context.actor.role, 'signing_key.retire')}
      values={retry?.values ?? {}}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}
