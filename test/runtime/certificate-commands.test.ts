/** Certificates verified at the command line: with keys alone, and with the register; the exit says whether it holds. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { certificateCommands } from '../../src/certificate-commands.ts'
import { issueCertificate, replaceCertificate, revokeCertificate } from '../../src/credentials/actions.ts'
import { localDate } from '../../src/platform/calendar.ts'
import type { Tx } from '../../src/platform/database.ts'
import { testDatabase } from '../support/database.ts'
import { GRADUATED_ON, graduates } from '../support/graduates.ts'
import { testKey } from '../support/keys.ts'
import { build, run, temporaryDirectory } from '../support/program.ts'
import { KEY, type World, world } from '../support/world.ts'

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 })
let w: World
const folder = temporaryDirectory()
const keys = join(folder, 'jwks.json')
const made: Record<
  string,
  { id: string; number: string; file: string; address: string; holder_name: string; last_four: string }
> = {}

beforeAll(async () => {
  await build()
  w = await world(await testDatabase('postgres'))
  w.clock.now = new Date()
  const names = ['valid', 'expired', 'revoked', 'replaced'] as const
  const class_id = await graduates(w, names.length)
  const context = await w.context('assessor')
  const enrolments = await w.db.selectFrom('enrolments').select('id').where('class_id', '=', class_id).execute()
  const act = <T>(action: (tx: Tx) => Promise<T>) => w.db.transaction().execute(action)
  for (const [at, name] of names.entries()) {
    const valid_until = name === 'expired' ? '2026-07-01' : null
    const input = {
      enrolment_id: enrolments[at]!.id,
      kind: 'skill_level' as const,
      issued_on: GRADUATED_ON,
      valid_until,
    }
    const { id, number, holder_name, id_number_masked } = await act((tx) => issueCertificate(tx, context, input))
    const { printed } = await w.db
      .selectFrom('certificates')
      .select('printed')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    const pdf = await (await w.as('assessor').get(`/api/v1/certificates/${id}.pdf`)).arrayBuffer()
    const file = join(folder, `${name}.pdf`)
    writeFileSync(file, new Uint8Array(pdf))
    const address = (printed as { verify_url: string }).verify_url
    made[name] = { id, number, file, address, holder_name, last_four: id_number_masked.slice(-4) }
  }
  const how = { reason_code: 'fraud' as const, reason: '替考', effective_on: null }
  await act((tx) => revokeCertificate(tx, context, made.revoked!.id, how))
  await act((tx) => replaceCertificate(tx, context, made.replaced!.id, { reason: '遗失', holder_name: null } as never))
  writeFileSync(keys, await (await w.as(null).get('/.well-known/jwks.json')).text())
})
afterAll(() => w.close())

const { run: verify, wrong } = certificateCommands['certificates verify']!

/** As the command does it; only the first test and the last start a process for it. No setting leads to a database. */
const alone = (subject: string, known: Record<string, string> = {}, keySet = keys) => {
  vi.stubEnv('DATABASE_URL', 'postgres://nobody@127.0.0.1:1/none')
  return answerOf(verify([subject], { keys: keySet, ...known }))
}
const register = (subject: string, known: Record<string, string> = {}) => {
  vi.stubEnv('DATABASE_URL', w.url!)
  vi.stubEnv('HUYU_KEY', KEY)
  return answerOf(verify([subject], known))
}
async function answerOf(answered: ReturnType<typeof verify>) {
  const { refused, ...said } = await answered
  // biome-ignore lint/suspicious/noExplicitAny: what a command prints has no type
  return { refused: refused?.zh ?? null, said: said as any }
}

test('at a terminal: holds and ends with 0, is refused with the reason and ends with 1, wrong use ends with 2', async () => {
  const settings = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none', HUYU_KEY: KEY }
  const huyu = (...words: string[]) => run(['src/cli.ts', 'certificates', 'verify', ...words, '--json'], settings)
  const holds = await huyu(made.valid!.file, '--keys', keys)
  expect([holds.code, JSON.parse(holds.out).holds]).toEqual([0, true])
  const over = await huyu(made.expired!.file, '--keys', keys)
  expect([over.code, JSON.parse(over.out).status, over.err]).toEqual([1, 'expired', expect.stringContaining('已过期')])
  const number = await huyu(made.valid!.number, '--keys', keys)
  expect([number.code, number.out, number.err]).toEqual([2, '', expect.stringContaining('--keys')])
})

test('a file is proven with the keys alone: its signature, its credential and its QR code hold and agree', async () => {
  const { file, number, holder_name, last_four } = made.valid!
  const { refused, said } = await alone(file, { name: holder_name, 'last-four': last_four })
  expect([refused, said.holds]).toEqual([null, true])
  expect(said).toMatchObject({
    status: 'not_asked',
    proofs: { signature: 'valid', credential: 'valid', code: 'valid' },
    issuer_name: '示例技能评价中心',
    facts: { number, subject: '养老护理员', level: 5, issued_on: GRADUATED_ON },
  })
})

test('so is a scanned address, without its file', async () => {
  const { address, holder_name } = made.valid!
  const { refused, said } = await alone(address, { name: holder_name, subject: '养老护理员' })
  expect([refused, said.proofs, said.differing]).toEqual([null, { code: 'valid' }, []])
})

test('somebody else’s name, last four or occupation is told by name', async () => {
  const { file, address, holder_name } = made.valid!
  const other = await alone(file, { name: '王小芳', 'last-four': '0000', subject: '育婴员' })
  expect(other.said.differing.sort()).toEqual(['holder_name', 'id_last_four', 'subject'])
  expect(other.refused).toContain('姓名不符')
  const namesake = await alone(address, { name: holder_name, 'last-four': '0000' })
  expect([namesake.refused, namesake.said.differing]).toEqual(['证件号码后四位不符', ['id_last_four']])
})

test('one that has run out is told as such, and its proofs still hold', async () => {
  const { refused, said } = await alone(made.expired!.file)
  expect([refused, said.status, said.holds]).toEqual(['已过期', 'expired', true])
})

test('a forged file and a forged code are refused, each proof told for itself', async () => {
  const pdf = readFileSync(made.valid!.file)
  pdf[1000]! ^= 1
  const file = join(folder, 'forged.pdf')
  writeFileSync(file, pdf)
  const forged = await alone(file)
  expect(forged.said.proofs.signature).toBe('altered')
  expect(forged.refused).toContain('PDF 签名：被改动')

  const [before, code] = made.valid!.address.split('#') as [string, string]
  const letter = code[20] === 'A' ? 'B' : 'A'
  const changed = await alone(`${before}#${code.slice(0, 20)}${letter}${code.slice(21)}`)
  expect([changed.refused, changed.said.proofs]).toEqual(['二维码：被改动', { code: 'altered' }])

  const others = join(folder, 'other-keys.json')
  writeFileSync(others, JSON.stringify({ keys: [(await testKey()).public] }))
  const unknown = await alone(made.valid!.file, {}, others)
  expect(unknown.said.proofs).toEqual({ signature: 'unknown_key', credential: 'unknown_key', code: 'unknown_key' })
  expect(unknown.refused).toContain('未知密钥')
})

test('with the register: valid, run out, revoked and replaced, by file, by number and by address', async () => {
  for (const [name, refused] of [
    ['valid', null],
    ['expired', '已过期 (2026-07-01)'],
    ['revoked', `已撤销 (${GRADUATED_ON})`],
    ['replaced', `已换发 (${localDate(w.clock.now)})`],
  ] as const)
    for (const subject of [made[name]!.file, made[name]!.number, made[name]!.address]) {
      const answer = await register(subject)
      expect([answer.said.status, answer.refused], subject).toEqual([name, refused])
      // the paper is real, whatever became of it
      for (const verdict of Object.values(answer.said.proofs ?? {})) expect(verdict).toBe('valid')
    }
})

test('a forged file is not in the register, and what it claims to be is told', async () => {
  const answer = await register(join(folder, 'forged.pdf'))
  expect(answer.said).toMatchObject({ status: 'not_found', claims_to_be: made.valid!.number, its_status: 'valid' })
  expect(answer.refused).toContain('不是签发的原件')
})

test('a file that is not there, keys that are none, and a number beside keys are told in words', async () => {
  expect(wrong!([made.valid!.number], { keys })).toContain('--keys')
  await expect(alone(join(folder, 'nothing.pdf'))).rejects.toThrow('ENOENT')
  await expect(alone(made.valid!.file, {}, made.valid!.file)).rejects.toThrow('keys.unreadable')
  const text = join(folder, 'text.pdf')
  writeFileSync(text, 'not a PDF')
  expect((await alone(text)).said).toMatchObject({
    proofs: { signature: 'missing', credential: 'missing', code: 'missing' },
    facts: null,
  })
})
