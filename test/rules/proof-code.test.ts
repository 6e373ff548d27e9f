/** The code in the QR code says what is printed, cannot be changed, names nobody, and stays small enough to be read from a screen. */
import fc from 'fast-check'
import { encode } from 'uqr'
import { beforeAll, describe, expect, test } from 'vitest'
import { proofsIn } from '../../src/credentials/pdf-proofs.ts'
import { factsAgree, factsOf, proofCode, readProofCode, type SignedFacts } from '../../src/credentials/proof-code.ts'
import { certificatePdf, loadTypefaces, printed } from '../support/certificates.ts'
import { testKey } from '../support/keys.ts'
import { qrText, rasterise } from '../support/pdf.ts'

const facts: SignedFacts = {
  kind: 'skill_level',
  number: 'S000133010001263000007',
  holder_name: '鐩恵契',
  id_last_four: '0028',
  subject: '养老护理员',
  level: 3,
  issued_on: '2026-05-25',
  valid_until: null,
}
let key: Awaited<ReturnType<typeof testKey>>
beforeAll(async () => {
  key = await testKey()
})
const code = (changes: Partial<SignedFacts> = {}) => proofCode({ ...facts, ...changes }, key)
const read = async (changes?: Partial<SignedFacts>) => readProofCode(await code(changes), [key.public])

describe('what it says', () => {
  test('number, kind, level and days are read back without a network, and whose key signed them', async () => {
    const { verdict, facts: said, key: signer } = await read()
    expect(verdict).toBe('valid')
    expect(said).toMatchObject({
      ...{ kind: 'skill_level', number: facts.number, level: 3 },
      ...{ issued_on: '2026-05-25', valid_until: null },
    })
    expect(signer!.issuer_name).toBe('示例技能评价中心')
  })

  test('any number, level, kind and days are read back as they were', () =>
    fc.assert(
      fc.asyncProperty(
        fc.record({
          kind: fc.constantFrom('skill_level' as const, 'completion' as const, 'award' as const),
          number: fc.stringMatching(/^[A-Z]{0,7}[0-9]{1,31}$/),
          level: fc.constantFrom(null, 1, 2, 3, 4, 5),
          issued_on: fc.integer({ min: 0, max: 65535 }).map(day),
          valid_until: fc.option(fc.integer({ min: 0, max: 65535 }).map(day)),
        }),
        async (changes) => {
          const { verdict, facts: said } = await read(changes)
          expect([verdict, said]).toEqual(['valid', { ...changes, digests: said!.digests }])
        },
      ),
      { numRuns: 200 },
    ))

  test.each([
    ['2000-01-01', true],
    ['2179-06-06', true],
    ['1999-12-31', false],
    ['2179-06-07', false],
  ])('a certificate of %s has a code: %s', async (issued_on, possible) => {
    await (possible ? expect(code({ issued_on })).resolves.toBeTruthy() : expect(code({ issued_on })).rejects.toThrow())
  })

  test.each(['', 'ABC', 'abc123', 'S-1', `1${'0'.repeat(31)}`])(
    'a number that is %j is refused, not shortened',
    (number) => expect(code({ number })).rejects.toThrow(RangeError),
  )

  test('what is printed becomes the facts: the last four as printed, the subject without the dashes of an empty place', () => {
    const of = (changes: Parameters<typeof printed>[0]) =>
      factsOf(printed(changes), { kind: 'skill_level', valid_until: null })
    expect(of({})).toEqual(facts)
    expect(of({ job_type: '失智照护' }).subject).toBe('养老护理员 失智照护')
    expect(of({ occupation_name: '--', job_type: '院长培训' }).subject).toBe('院长培训')
  })

  test('another prize is another subject: the sentence of an award is signed', async () => {
    const body_zh = '在“示例区技能竞赛”养老护理项目中荣获二等奖。特发此证，以资鼓励。'
    const award = factsOf(printed({ body_zh, level: null }), { kind: 'award', valid_until: null })
    const { facts: said } = await read({ ...award, number: 'HJ3301060126000001' })
    expect(factsAgree(said!, { subject: body_zh })).toEqual({ subject: true })
    expect(factsAgree(said!, { subject: body_zh.replace('二', '一') })).toEqual({ subject: false })
  })
})

describe('whom it is for', () => {
  test('name, subject and the last four are compared, and each that differs is told apart', async () => {
    const { facts: said } = await read()
    expect(factsAgree(said!, facts)).toEqual(Object.fromEntries(Object.keys(facts).map((name) => [name, true])))
    const others: Partial<SignedFacts> = {
      ...{ kind: 'completion', number: 'S000133010001263000008', holder_name: '王小芳', id_last_four: '0029' },
      ...{ subject: '育婴员', level: 2, issued_on: '2026-05-26', valid_until: '2029-05-25' },
    }
    for (const [name, value] of Object.entries(others)) {
      const agrees = factsAgree(said!, { ...facts, [name]: value })
      expect(agrees[name as keyof SignedFacts], name).toBe(false)
    }
  })

  test('a namesake is told apart by the last four', async () => {
    const { facts: said } = await read({ holder_name: '张伟' })
    expect(factsAgree(said!, { holder_name: '张伟', id_last_four: '1117' })).toEqual({
      holder_name: true,
      id_last_four: false,
    })
  })

  test('a name is compared as it is registered: without the spaces of forms and with the dot of minority names', async () => {
    const { facts: said } = await read({ holder_name: '买买提明·吐尔逊江' })
    for (const holder_name of ['买买提明•吐尔逊江', ' 买买提明 · 吐尔逊江　'])
      expect(factsAgree(said!, { holder_name })).toEqual({ holder_name: true })
  })

  test('the same name in another certificate has another digest, and the name stands nowhere in clear', async () => {
    const [one, other] = [await read(), await read({ number: 'S000133010001263000008' })]
    expect(one.facts!.digests.name).not.toBe(other.facts!.digests.name)
    expect(Buffer.from(await code(), 'base64url').includes(Buffer.from(facts.holder_name))).toBe(false)
  })
})

describe('what is not ours', () => {
  test('every single changed bit is noticed', async () => {
    const bytes = Buffer.from(await code(), 'base64url')
    const verdicts = new Map<string, number>()
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const forged = Buffer.from(bytes)
      forged[bit >> 3]! ^= 1 << (bit & 7)
      const { verdict } = await readProofCode(forged.toString('base64url'), [key.public])
      verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1)
    }
    expect(verdicts.has('valid')).toBe(false)
    expect(verdicts.get('altered')).toBeGreaterThan(bytes.length * 4)
    // the three bytes that name the key
    expect(verdicts.get('unknown_key')).toBe(24)
  })

  test('another key is unknown, and one that pretends to be the issuer’s does not hold', async () => {
    const stranger = await testKey('冒名机构')
    expect((await readProofCode(await proofCode(facts, stranger), [key.public])).verdict).toBe('unknown_key')
    const pretending = { ...stranger, id: key.id }
    expect((await readProofCode(await proofCode(facts, pretending), [key.public])).verdict).toBe('altered')
  })

  test('a key after a rotation does not take the old one away: each code is checked with its own', async () => {
    const next = await testKey()
    const keys = [next.public, key.public]
    for (const one of [key, next])
      expect((await readProofCode(await proofCode(facts, one), keys)).key!.kid).toBe(one.id)
  })

  test.each(['x', 'c2lnbmVkLWRpZ2VzdA', '====', '中文', 'A'.repeat(5000)])(
    '%j is no code and nothing breaks',
    async (text) => {
      expect((await readProofCode(text, [key.public])).verdict).toBe('unreadable')
    },
  )

  test('bytes after the code, or missing from it, are no code', async () => {
    const bytes = Buffer.from(await code(), 'base64url')
    for (const other of [Buffer.concat([bytes, Buffer.from([0])]), bytes.subarray(0, -1), bytes.subarray(0, 40)])
      expect((await readProofCode(other.toString('base64url'), [key.public])).verdict).not.toBe('valid')
  })

  test('an address is read whole, and one of the first certificates has no code', async () => {
    const address = 'https://huyu.example.cn/v/5r3Kx0pQ7mZt8YwLb2NfVA'
    expect((await readProofCode(`${address}#${await code()}`, [key.public])).verdict).toBe('valid')
    expect((await readProofCode(address, [key.public])).verdict).toBe('missing')
  })
})

test('with a host of 20 characters the QR code is of version 9 at most, with an end of validity and 18 characters too', async () => {
  const version = async (host: string, valid_until: string | null) =>
    encode(`https://${host}/v/${'A'.repeat(22)}#${await code({ valid_until })}`, { ecc: 'M', maskPattern: 3 }).version
  expect(await version('huyu.hangzhou.gov.cn', null)).toBeLessThanOrEqual(9)
  expect(await version('huyu.example.gov.c', '2029-05-25')).toBeLessThanOrEqual(9)
})

test.each([
  ['skill-level-1', 126],
  ['skill-level-1', 130],
  ['award-1', 126],
  ['award-1', 130],
])(
  'the code drawn on %s, %i characters of it signed, is read from a screen, a print, and the file itself',
  async (layout, length) => {
    const code =
      'Rvc_ayWpNQPPyKcCpIxt8celp0O8FHElrlmziT8Wltn3A4lW17gefTjE6G_ULjGiHam8Y6GR5aIbwia6G2fcXeZQC1L6ObWIDmjZpiMxbvj2_lElfl4hD4FiEVZ3kQ'
    // the first are of version 9, as large as it gets, the others of version 10
    const verify_url = `https://huyu.hangzhou.gov.cn/v/5r3Kx0pQ7mZt8YwLb2NfVA#${code.slice(0, length)}`
    const pdf = await certificatePdf(printed({ layout, verify_url, drawing: 2 }), await loadTypefaces())
    for (const dpi of [72, 150]) expect(qrText(await rasterise(pdf, dpi)), `${dpi} dpi`).toBe(verify_url)
    expect((await proofsIn(pdf)).address).toBe(verify_url)
  },
)

function day(days: number): string {
  return new Date(Date.UTC(2000, 0, 1 + days)).toISOString().slice(0, 10)
}
